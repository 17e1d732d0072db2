"""What an assessor hands over: the deck, the one page, and the folder with all of it.

The deck is a PowerPoint file whose charts can be edited. Every number on it has its place in the
evidence pack, and the speaker notes name that place. Like the report, it names no person.
"""
