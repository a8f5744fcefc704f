"""A node that is killed leaves its camera to another one, whose inference analyses it from then on."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from domain.contracts.detections import FrameAnalysed, decode
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import DETECTIONS, detections_subject
from infra.dispatch.leases import holder_of, leases_config
from infra.dispatch.rendezvous import owner
from infra.nats.streams import ensure_stream
from infra.nats.walking import walk
from tests.conftest import OwnNats
from tests.infra.dispatch.test_nodes import START_S, TERMS, Node, wait_until
from tests.producers.footage import encode
from tests.producers.plant import Plant

GATE = CameraId("gate")
NODES = ("east", "west")


def test_the_facts_of_a_camera_come_from_the_other_nodes_inference(
    fresh_nats: Callable[[], OwnNats], tmp_path: Path
) -> None:
    server = fresh_nats()
    plant = Plant(server.url())
    plant.bridge.run(ensure_stream(plant.bridge.js, leases_config()))
    film = encode(tmp_path / "film.mp4", seconds=2, width=320, height=240)
    plant.register(GATE, f"file://{film}", target_fps=5, analysis_width=320)
    first = owner(GATE, NODES)
    assert first is not None
    [second] = set(NODES) - {first}
    analysing = {
        "KASKA_INFERENCE_NATS_URL": server.url("inference"),
        "KASKA_DETECTOR_THREADS": "1",
        "KASKA_PPE_KEYPOINTS": "false",
    }
    nodes = {first: Node(first, tmp_path, server)}
    try:
        wait_until(lambda: plant.bridge.run(holder_of(plant.bridge.nc, GATE)) is not None, START_S)
        nodes[second] = Node(second, tmp_path, server, **analysing)
        wait_until(lambda: nodes[first].watching() == {GATE}, 2 * START_S)
        assert facts(plant) == [], "the second node does not analyse what it does not hold"
        nodes[first].end(signal.SIGKILL)
        killed_us = time.time_ns() // 1000
        wait_until(lambda: len(facts(plant)) >= 2, TERMS.expired_s + 3 * START_S)
        holder = plant.bridge.run(holder_of(plant.bridge.nc, GATE))
        assert holder is not None
        assert holder.node == second
        times = [fact.captured_at_us for fact in facts(plant)]
        assert times == sorted(times)
        assert times[0] - killed_us > (TERMS.lease_s - TERMS.beat_s) * 1e6, "not before the lease is over"
    finally:
        for node in nodes.values():
            if node.process.poll() is None:
                node.end(signal.SIGTERM)
        plant.close()


def facts(plant: Plant) -> list[FrameAnalysed]:
    """In the order of the stream."""
    messages = walk(plant.bridge, DETECTIONS, detections_subject(GATE))
    return [decode(GATE, message.data) for message in messages]
