"""Proof that a history was not touched: a Merkle tree over its events, signed checkpoints, and their checks. Pure."""
