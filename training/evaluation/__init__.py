"""Scores the whole chain, pixels to incidents, on labelled recordings (R170-R173)."""
