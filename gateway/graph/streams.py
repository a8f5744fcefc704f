"""What a camera sends, in the schema (R22, R42; FAULTS C5)."""

from datetime import datetime
from typing import Any

import strawberry

from domain.contracts.observations import MINUTE
from gateway.reads.streams import StreamRow


@strawberry.type(description="Codec and size of a camera's pictures.")
class StreamFormat:
    codec: str
    width: int
    height: int

    @classmethod
    def of(cls, stream: dict[str, Any]) -> "StreamFormat":
        return cls(codec=str(stream["codec"]), width=int(stream["width"]), height=int(stream["height"]))


@strawberry.type(description="What a camera's main stream is, as it was told with the newest minute of its coverage.")
class CameraStream:
    at: datetime = strawberry.field(description="the end of that minute")
    format: StreamFormat
    fps: float = strawberry.field(description="pictures a second, as they came")
    kbit_s: int = strawberry.field(description="1000 bits of video a second")
    changed_after: datetime | None = strawberry.field(
        description="until then another format came; null where none did within a day"
    )
    before: StreamFormat | None

    @classmethod
    def of(cls, row: StreamRow) -> "CameraStream":
        return cls(
            at=row.minute + MINUTE,
            format=StreamFormat.of(row.stream),
            fps=float(row.stream["fps"]),
            kbit_s=int(row.stream["kbit_s"]),
            changed_after=None if row.changed_after is None else row.changed_after + MINUTE,
            before=None if row.before is None else StreamFormat.of(row.before),
        )
