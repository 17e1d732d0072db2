"""The evidence pack: everything that was measured, for the assessor's own tools.

Files, columns and keys are a public interface. Instants are ISO 8601 UTC with `Z`, durations are
seconds, what is missing is empty (null in JSON), people are pseudonyms.
"""
