"""How on-call work is distributed over the people of an account, and where nobody is on call."""
