"""All code that talks to PagerDuty, and the list of the fields kept from its responses."""
