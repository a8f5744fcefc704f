"""Real servers from pip packages, started as child processes: nats-server, PostgreSQL, SeaweedFS, go2rtc."""


class EnvironmentTrouble(Exception):
    """This machine or folder does not allow Kaska to run; the message is the sentence that the operator reads."""
