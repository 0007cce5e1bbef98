"""Bytes from the web into the corpus."""
