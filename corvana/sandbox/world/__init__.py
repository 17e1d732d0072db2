"""The objects of the simulated account, and later changes to them."""
