"""What an assessor decides, held against the data."""
