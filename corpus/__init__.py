"""What is kept: documents, originals, catalogue, vocabulary, settings."""
