"""Objects that stand where nothing may: a camera's picture against its reference (R61-R65)."""
