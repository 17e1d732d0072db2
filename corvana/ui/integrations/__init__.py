"""The PagerDuty card: connecting, what is wrong, and disconnecting."""
