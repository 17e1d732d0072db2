"""Figures of what assessors decide, held against the data."""
