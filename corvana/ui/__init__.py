"""Shared parts of the pages. Besides pages/ and app.py, only this package uses Streamlit."""
