"""Defects of surfaces by their texture (R88): Haralick features of tiles, trained from few pictures on a processor."""
