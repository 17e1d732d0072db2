"""The pages' shared parts, and the only package beside pages/ and app.py that sees Streamlit."""
