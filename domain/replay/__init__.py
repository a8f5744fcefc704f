"""Replay: recorded detections and the plant's history in, incidents out. Reads only, never writes into the history."""
