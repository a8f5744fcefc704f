"""Takes the wishes for crops; few at once, each in a process that no picture can get out of."""

import asyncio
import logging
from typing import Final

from domain.contracts.detections import Box
from gateway.children import run_module
from gateway.crops import TOO_SMALL
from gateway.errors import GatewayError, InputRefused

log = logging.getLogger(__name__)

AT_ONCE: Final = 2
MOST_WAITING: Final = 8
LONGEST_S: Final = 15.0
LARGEST_BYTES: Final = 16 << 20
"""Of a picture that is sent."""


class PictureRefused(InputRefused):
    """A whole JPEG or PNG is expected."""

    code = "picture_refused"


class MachineTooSmall(InputRefused):
    """The part of the picture that shows the machine has too few pixels."""

    code = "machine_too_small"


class CropsBusy(GatewayError):
    """Too many pictures come at once; try again in a moment."""

    code = "crops_busy"


class Crops:
    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._wanted = 0

    async def crop(self, data: bytes, crop: Box) -> bytes:
        """PNG of the part of a JPEG or PNG. Raises PictureRefused, MachineTooSmall, CropsBusy."""
        if self._wanted >= MOST_WAITING:
            raise CropsBusy("too many pictures come at once")
        self._wanted += 1
        try:
            async with self._places:
                ended = await run_module("gateway.crops", *map(str, crop), longest_s=LONGEST_S, given=data)
        except TimeoutError as error:
            raise PictureRefused("the picture takes too long to decode") from error
        finally:
            self._wanted -= 1
        if ended.status == TOO_SMALL:
            raise MachineTooSmall("the machine's part of the picture has too few pixels")
        if ended.status or not ended.output:
            log.info("picture refused", extra={"status": ended.status, "reason": ended.said[-300:]})
            raise PictureRefused("a whole JPEG or PNG is expected")
        return ended.output
