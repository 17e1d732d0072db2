"""The store: plain tables. Only this package and the collectors use SQLModel."""
