"""The quality watch: whether a camera's picture can show anything at all (R148, R184; FAULTS C6; docs/adr/0016)."""
