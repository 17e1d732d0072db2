"""How on-call lies on the people of an account, and where nobody stands."""
