"""How far incidents escalate, which level answers, and the effect of other delays."""
