"""The report: one HTML file that opens anywhere and asks nothing of any network.

It names nobody: see `corvana.analysis.answers.walkthrough` for what is told of people, and what is
not.
"""
