"""The simulation of every incident of the account, from its start to its end."""
