"""Who may read the simulated account: consent, codes and tokens."""
