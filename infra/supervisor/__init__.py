"""Starts the servers and every process of one home, restarts what dies, stops all in order."""


class SupervisorError(Exception):
    """Kaska did not come up; the message says which part and where its log is."""
