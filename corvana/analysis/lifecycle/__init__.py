"""What happened to each incident: the log put in order, and one row made of it."""
