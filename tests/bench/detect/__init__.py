"""Decode, detect and track one 720p video: ours against `ultralytics` with the same weights on the same processors."""
