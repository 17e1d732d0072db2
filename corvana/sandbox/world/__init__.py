"""What the simulated account consists of, and how it can be changed later on."""
