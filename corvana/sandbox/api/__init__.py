"""The REST API of the simulated account: requests and their responses."""
