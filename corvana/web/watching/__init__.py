"""Watching the web process: its metrics, and the id that each request has in the log."""
