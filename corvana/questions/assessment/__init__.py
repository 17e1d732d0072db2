"""What can be asked about the assessment itself."""
