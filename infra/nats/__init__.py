"""Adapter to NATS and JetStream: one connection, pinned streams, direct reads, atomic batches, resuming readers."""
