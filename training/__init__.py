"""Models: evaluation on labelled recordings; datasets and training come with later issues."""
