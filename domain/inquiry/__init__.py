"""Answers why an incident stands as it does, now and at any moment before. It only reads."""
