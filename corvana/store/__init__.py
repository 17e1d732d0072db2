"""The shelves: plain tables, and the only package besides the collectors that sees SQLModel."""
