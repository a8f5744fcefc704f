"""Keeps the store within its limits: evidence and archived detections go when their time is over, never silently."""
