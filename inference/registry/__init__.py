"""Models of the registry: fetched by digest, tried, opened in the background, and changed between two frames."""
