"""The report: one HTML file that opens in any browser and makes no network request.

It names no person: `corvana.analysis.answers.walkthrough` says which facts about people are shown
and which are withheld.
"""
