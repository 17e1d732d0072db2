"""The history of each incident: its log entries in order, and one row computed from them."""
