"""Cameras that tell of themselves by ONVIF: who is there, and under which addresses they send (R33)."""


class OnvifError(Exception):
    """A device did not answer as ONVIF asks for; the message says what was wrong, and holds no password."""


class OnvifRefused(OnvifError):
    """The device wants a user name and a password, or others."""
