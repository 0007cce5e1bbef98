"""The sub-commands of the command line, a module for each noun they work on."""
