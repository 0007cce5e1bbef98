"""Runs the command line: ``python -m search_app``, for processes that start one of their own."""

from search_app.cli import main

if __name__ == "__main__":
    main()
