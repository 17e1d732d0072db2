"""The account as the analysis sees it, and which part of it a reader asks about."""
