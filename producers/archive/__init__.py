"""Photos and clips of incidents that recordings led to, cut from the recordings; `python -m producers.archive`."""
