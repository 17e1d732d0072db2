"""The evidence pack: all measured data, for the assessor's own tools.

Files, columns and keys are a public interface. Instants are ISO 8601 UTC with `Z`, durations are
seconds, missing values are empty (null in JSON), people are pseudonyms.
"""
