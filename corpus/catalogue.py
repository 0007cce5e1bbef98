"""Contract of the catalogue (being implemented)."""
