"""The engines behind the port, by name."""
