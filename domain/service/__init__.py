"""The only process that appends events: it folds DETECTIONS through the rules and answers commands."""
