"""The uncertainty of numbers, and the arithmetic of time and ids that other chapters use."""
