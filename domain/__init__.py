"""Decisions: contracts shared by all, pure rules and deciders, and the one service that appends events."""
