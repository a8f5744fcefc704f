"""What can go wrong between a camera and its evidence. Every docstring is the sentence an operator reads."""


class ProducerError(Exception):
    """A camera's process could not do its work."""


class SourceError(ProducerError):
    """The camera's picture cannot be read; the process keeps trying."""


class SourceRefused(SourceError):
    """A camera's source must be rtsp://, rtsps:// or file:// with an existing file."""


class SourceUnreachable(SourceError):
    """The camera does not answer, or what it answers is not a video stream."""


class SourceLoginRefused(SourceUnreachable):
    """The camera refused the user name or password."""


class SourceWithoutVideo(SourceUnreachable):
    """What answers is not a video stream that can be read."""


class SourceStalled(SourceError):
    """The camera is connected but has stopped sending pictures."""


class SourceEnded(SourceError):
    """The camera closed the connection."""


class EvidenceError(ProducerError):
    """A photo, clip or slice of detections could not be made."""


class MomentNotCovered(EvidenceError):
    """The packets of the moment are not kept any more, or there were none: a restart, a gap, or too late."""


class CodecUnsupported(EvidenceError):
    """A clip without re-encoding is possible only from H.264 and H.265."""


class PhotoImpossible(EvidenceError):
    """No undamaged picture could be decoded at the moment."""


class DetectionsGone(EvidenceError):
    """The detections that the decision rests on are not in the stream any more."""


class SpoolFull(EvidenceError):
    """The folder of evidence waiting for the object store has reached its limit."""


class RecordingImpossible(EvidenceError):
    """Nothing could be recorded."""
