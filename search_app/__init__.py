"""The website and the command line."""
