"""How fast incidents are acknowledged and resolved, where it differs, and whether it changed."""
