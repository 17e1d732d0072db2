"""The collectors: one file per PagerDuty noun, each extract → transform → load → prune."""
