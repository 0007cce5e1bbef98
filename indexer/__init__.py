"""Originals into an index, and answers from it."""
