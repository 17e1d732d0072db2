"""Kinds of findings about the members of one rotation."""
