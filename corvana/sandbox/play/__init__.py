"""How every incident of the simulated account comes about and ends."""
