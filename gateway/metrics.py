"""/metrics: the newest measurements of every process, told apart by the label `process`."""

import logging
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from gateway.operators import may_view_system
from gateway.rights import NotAllowed
from gateway.services import services_of
from gateway.vitals import Report

log = logging.getLogger(__name__)

router = APIRouter(tags=["operation"])

LABEL = "process"


@router.get("/metrics", responses={403: {}})
async def metrics(request: Request) -> Response:
    """Prometheus text of all processes heard within 10 s. Needs the bearer token or the right `view_system`."""
    if not await may_view_system(request):
        body = {"code": NotAllowed.code, "message": "the right view_system on the whole plant is needed"}
        return JSONResponse(body, status_code=403)
    return Response(merged(services_of(request).vitals.fresh()), media_type=CONTENT_TYPE_LATEST)


def merged(reports: Iterable[Report]) -> bytes:
    """One text of many: each family once, each sample with its process. Unreadable reports are left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(list(reports)))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, reports: list[Report]) -> None:
        self._reports = reports

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for report in self._reports:
            try:
                found = report.families
            except ValueError:
                log.warning("vitals not readable", extra={"sender": report.process})
                continue
            for family in found:
                self._merge(families, family, report.process)
        return families.values()

    def _merge(self, families: dict[str, Metric], family: Metric, process: str) -> None:
        target = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        if target.type != family.type:
            log.warning("measurement of two types left out", extra={"metric": family.name, "sender": process})
            return
        for sample in family.samples:
            target.add_sample(sample.name, {**sample.labels, LABEL: process}, sample.value)
