"""Frames in, figures out: the drawing."""
