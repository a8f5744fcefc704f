"""A camera's machines: what each was taught, as the analysis says; while it is silent nobody knows (R57-R60)."""

from domain.contracts.identifiers import ZoneId, machine_track
from gateway.machines import EXAMPLES
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.gateway.conftest import Gateway
from tests.gateway.plant import RULE

QUERY = "{ cameras { machines { zone { id } trackId isKnown states { aspect state examples } } } }"
TOLD = (
    f'{EXAMPLES}{{zone="press",aspect="lamp",state="red"}} 5\n{EXAMPLES}{{zone="lathe",aspect="lamp",state="off"}} 9\n'
)
LAMP = {"aspect": "lamp", "state": "red", "examples": 5}
PRESS = {"zone": {"id": "press"}, "trackId": machine_track(ZoneId("press"))}


async def test_a_zone_with_a_rule_about_a_machine_is_one(gateway: Gateway, nats_server: NatsServer) -> None:
    browser = await gateway.guard()
    assert (await browser.ask(QUERY)).data["cameras"] == [{"machines": []}], "people near it make no machine"
    gateway.plant.put_row("rule", **RULE | {"id": "press-lamp", "kind": "lamp", "position": 3})
    silent = {"isKnown": False, "states": []}
    assert (await browser.ask(QUERY)).data["cameras"] == [{"machines": [PRESS | silent]}]
    nc = await connect(nats_server.url("admin"), name="test")
    for text, known in (("", []), (TOLD, [LAMP]), ("{{{", None)):
        report = None
        while report is None or report.text != text:
            await nc.publish("vitals.inference", text.encode())
            await nc.flush()
            report = gateway.services.vitals.fresh_one("inference")
        [camera] = (await browser.ask(QUERY)).data["cameras"]
        assert camera["machines"] == [PRESS | {"isKnown": known is not None, "states": known or []}]
    await nc.close()
