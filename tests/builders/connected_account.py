"""An application connected to the simulated account, and one run of it."""

DAYS = 30
