"""The narrow door: everything that talks to PagerDuty, and all that is kept of its answers."""
