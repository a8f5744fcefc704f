"""Signs what the history is, every minute, and checks whether it still is what was signed."""
