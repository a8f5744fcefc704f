"""Machines are taught in the console: the desk answers for the pictures, the teacher trains (docs/adr/0025)."""
