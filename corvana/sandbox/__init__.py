"""A simulated PagerDuty account: an identity server and a REST API over a seeded world.

It shares no code with the application, so that the two can check each other.
"""
