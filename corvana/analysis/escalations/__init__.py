"""How far incidents climb, who answers on which level, and what other delays would do."""
