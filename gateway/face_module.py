"""Whether faces are compared now, and on which cameras: read from the vitals of the analysis (docs/adr/0018)."""

from typing import Final

from gateway.vitals import Report, VitalsBoard

CAMERA: Final = "kaska_face_camera"
"""A sample per camera whose faces are compared; none where the module is off."""


def compared_on(vitals: VitalsBoard) -> frozenset[str] | None:
    """Empty where the module is off; None while the analysis is not heard."""
    told = [each for each in map(_compared, vitals.fresh_of("inference")) if each is not None]
    return frozenset().union(*told) if told else None


def _compared(report: Report) -> frozenset[str] | None:
    try:
        samples = [sample for family in report.families for sample in family.samples]
    except ValueError:
        return None
    return frozenset(sample.labels["camera"] for sample in samples if sample.name == CAMERA and sample.value)
