"""Measures that several kinds of findings share."""
