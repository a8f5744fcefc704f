"""Read models: events in, rows out, position and rows in one transaction. One process runs every projection."""
