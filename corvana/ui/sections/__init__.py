"""Sections of pages: parts with more than one chart."""
