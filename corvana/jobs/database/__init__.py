"""Moving everything from SQLite to PostgreSQL, where accounts are sealed."""
