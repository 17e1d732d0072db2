"""A run: the order in which it reads an account, its lease, and the work after reading."""
