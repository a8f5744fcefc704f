"""Measurements against peers: `./kaska bench NAME --json`. Their last line is one JSON object."""
