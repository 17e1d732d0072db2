"""How sure a number is, and the arithmetic of time and ids beneath all others."""
