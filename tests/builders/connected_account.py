"""An application that has joined the simulated account, and one run of it."""

DAYS = 30
