"""What is wrong with a camera's picture, and how often its alarms are false, in the schema."""

from datetime import datetime

import strawberry

from domain.contracts.observations import QualityFault
from gateway.false_alarms import FalseAlarms
from gateway.reads.quality import FaultRow
from gateway.troubles import Trouble, TroubleKind


@strawberry.type(description="Why a camera's picture can show nothing: `no violations` of that time is not `safe`.")
class PictureFault:
    fault: QualityFault
    since: datetime = strawberry.field(description="first picture with the fault")
    noticed: datetime
    until: datetime | None = strawberry.field(description="first good picture again; null while it lasts")

    @classmethod
    def of(cls, row: FaultRow) -> "PictureFault":
        return cls(fault=QualityFault(row.fault), since=row.begun_at, noticed=row.noticed_at, until=row.ended_at)


@strawberry.type(description="What keeps a camera from being watched as it should be, as its processes say.")
class CameraTrouble:
    kind: TroubleKind
    about: str = strawberry.field(
        description="the model's name; of a login: main or second, its stream; of an overload: how many times rarer "
        "looks are; of evidence: how many mebibytes wait; of a rule that rests: its kind"
    )

    @classmethod
    def of(cls, found: Trouble) -> "CameraTrouble":
        return cls(kind=found.kind, about=found.about)


@strawberry.type(description="How many of a camera's incidents people called false, this week and in the eight before.")
class FalseAlarmShare:
    judged: int = strawberry.field(description="incidents of the last seven days that people judged")
    share: float | None = strawberry.field(description="0..1: of these the false ones")
    past_judged: int
    past_share: float | None
    chance: float | None = strawberry.field(
        description="of this share, had nothing changed (Fisher's exact test); null where too little was judged"
    )
    rising: bool = strawberry.field(description="false alarms are more frequent than they used to be, surely")

    @classmethod
    def of(cls, found: FalseAlarms) -> "FalseAlarmShare":
        return cls(
            judged=found.judged,
            share=found.share,
            past_judged=found.past_judged,
            past_share=found.past_share,
            chance=found.chance,
            rising=found.rising,
        )
