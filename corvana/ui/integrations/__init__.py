"""The PagerDuty card: connecting, the doctor's report, and disconnecting."""
