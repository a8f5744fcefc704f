"""A browser's offer: judged, and freed of all that the gateway has no use for, before aiortc sees it.

The addresses that it names are left out: the gateway answers whoever knows the session's password and never calls
anybody, so that no offer can make it send packets to a third party, nor ask the network for `.local` names.
"""

from typing import Final

from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.sdp import MediaDescription, SessionDescription

from gateway.errors import GatewayError, InputRefused

LARGEST: Final = 32 * 1024
_LEFT_OUT: Final = ("a=candidate:", "a=end-of-candidates", "a=ice-lite", "a=remote-candidates:")
_MALFORMED: Final = (ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError)
"""aiortc's parser raises whatever its code meets."""


class OfferRefused(InputRefused):
    """The offer is no SDP of a browser that wants to receive one video."""

    code = "invalid_offer"


class CodecUnsupported(GatewayError):
    """The browser does not take the camera's pictures as they are."""

    code = "codec_unsupported"


def admitted(offer: str) -> str:
    """The offer, cleaned. Raises OfferRefused, CodecUnsupported."""
    cleaned = "".join(f"{line}\r\n" for line in offer.splitlines() if line and not line.startswith(_LEFT_OUT))
    try:
        described = SessionDescription.parse(cleaned)
        kinds = sorted(media.kind for media in described.media)
        videos = [media for media in described.media if media.kind == "video"]
        is_wanted = kinds in (["video"], ["application", "video"]) and videos[0].direction in ("recvonly", "sendrecv")
        is_complete = all(_is_complete(media) for media in described.media)
        takes_h264 = any(_is_h264(codec) for media in videos for codec in media.rtp.codecs)
    except _MALFORMED as error:
        raise OfferRefused("the offer is not readable") from error
    if not is_wanted or not is_complete:
        raise OfferRefused("the offer must want one video, with or without a data channel, and be protected by DTLS")
    if not takes_h264:
        raise CodecUnsupported("the browser does not take H.264 in packets")
    return cleaned


def _is_complete(media: MediaDescription) -> bool:
    dtls, ice = media.dtls, media.ice
    if dtls is None or ice is None or media.ice_candidates:
        return False
    return bool(dtls.fingerprints and ice.usernameFragment and ice.password)


def _is_h264(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "video/h264" and str(codec.parameters.get("packetization-mode")) == "1"
