"""Screens on which assessors write: settings, decisions, targets, dates."""
