"""The Extractor port (being implemented)."""
