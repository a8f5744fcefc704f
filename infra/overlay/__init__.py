"""What the models saw, drawn into pictures: the live overlay on request and clips with overlay (R28, R42)."""
