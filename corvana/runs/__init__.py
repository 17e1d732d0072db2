"""A run: in which order it reads an account, under which lease, and what follows it."""
