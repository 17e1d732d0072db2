"""What the simulated account answers to a request for data."""
