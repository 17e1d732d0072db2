"""What an assessor decides about an assessment: models and rules that every layer may know.

Nothing here reads a clock, a file or the database.
"""
