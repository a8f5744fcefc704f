"""Recordings through the live pipeline, faster than they were made; `python -m inference.archive`."""
