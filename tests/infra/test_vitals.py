"""A process's measurements reach whoever listens to `vitals.<process>`."""

from prometheus_client import Counter

from infra.embedded.nats import NatsServer
from infra.nats.bridge import Bridge, connect
from infra.vitals import Vitals


async def test_an_asyncio_process_publishes_its_counters(nats_server: NatsServer) -> None:
    vitals = Vitals("probe")
    Counter("kaska_probe", "Probed", registry=vitals.registry).inc(3)
    listener = await connect(nats_server.url("gateway"), name="listener")
    heard = await listener.subscribe("vitals.probe")
    await listener.flush()
    process = await connect(nats_server.url("inference"), name="probe")
    await vitals.start_on(process)
    text = (await heard.next_msg(timeout=20)).data.decode()
    assert "kaska_probe_total 3.0" in text
    await process.close()
    await listener.close()


async def test_a_process_with_threads_publishes_on_its_bridge(nats_server: NatsServer) -> None:
    listener = await connect(nats_server.url("gateway"), name="listener")
    heard = await listener.subscribe("vitals.bridged")
    await listener.flush()
    bridge = Bridge(nats_server.url("domain"), name="bridged")
    Vitals("bridged").start(bridge)
    assert b"process_cpu_seconds_total" in (await heard.next_msg(timeout=20)).data
    bridge.close()
    await listener.close()
