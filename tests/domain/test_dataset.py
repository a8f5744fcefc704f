"""Datasets: pictures join them one by one, cameras keep their split, versions are frozen by their manifest."""

from dataclasses import replace

import pytest

from domain import dataset, sample
from domain.contracts.commands import AddSample, AssignSplit, FreezeVersion
from domain.contracts.events import SampleAdded, SplitAssigned, VersionFrozen
from domain.contracts.identifiers import CameraId, DatasetId
from domain.contracts.learning import Split
from domain.fields import FieldRefused
from tests.domain.facts import FROZEN, HELMETS, OTHER_SHA, SAMPLE_ADDED, SHA
from tests.domain.samples import T0, YARD
from tests.domain.scenario import Decider

DATASET: Decider[dataset.Command, dataset.State, dataset.Event] = Decider(
    dataset.State(), dataset.evolve, lambda command, state, _: dataset.decide(command, state)
)
given = DATASET.given

ASSIGN = AssignSplit(HELMETS, YARD, Split.TEST)
ASSIGNED = SplitAssigned(HELMETS, YARD, Split.TEST)
TO_TRAIN = AssignSplit(HELMETS, YARD, Split.TRAIN)
FREEZE = FreezeVersion(HELMETS, 1200, "datasets/helmets/v1.txt", SHA)
ADD = AddSample(
    dataset_id=HELMETS,
    key=SAMPLE_ADDED.key,
    sha256=SHA,
    annotation_key=SAMPLE_ADDED.annotation_key,
    annotation_sha256=OTHER_SHA,
    labels=("person", "helmet"),
    camera_id=YARD,
    captured_at=T0,
    incident_id=SAMPLE_ADDED.incident_id,
)


def test_a_picture_joins_a_dataset_once() -> None:
    assert sample.decide(ADD, None) == [SAMPLE_ADDED]
    assert sample.decide(ADD, SAMPLE_ADDED) == []


def test_a_picture_can_be_annotated_anew() -> None:
    relabelled = replace(ADD, labels=("person",), annotation_sha256="ef" * 32)
    added = replace(SAMPLE_ADDED, labels=("person",), annotation_sha256="ef" * 32)
    assert sample.decide(relabelled, SAMPLE_ADDED) == [added]
    assert sample.decide(relabelled, sample.evolve(SAMPLE_ADDED, added)) == []


def test_a_picture_with_nothing_in_it_and_of_no_camera_may_join() -> None:
    nothing = replace(ADD, labels=(), camera_id=None, captured_at=None, incident_id=None)
    added = SampleAdded(HELMETS, ADD.key, SHA, ADD.annotation_key, OTHER_SHA, (), None, None, None)
    assert sample.decide(nothing, None) == [added]


def test_R160_each_picture_of_a_dataset_is_an_aggregate_of_its_own() -> None:
    ids = {sample.sample_id(d, s) for d in (HELMETS, DatasetId("guns")) for s in (SHA, OTHER_SHA)}
    assert len(ids) == 4
    assert HELMETS not in ids


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(ADD, dataset_id=DatasetId("a.b")), "dataset_id"),
        (replace(ADD, key=""), "key"),
        (replace(ADD, sha256="AB" * 32), "sha256"),
        (replace(ADD, annotation_key="x" * 501), "annotation_key"),
        (replace(ADD, annotation_sha256=""), "annotation_sha256"),
        (replace(ADD, labels=("person", "person")), "labels"),
        (replace(ADD, labels=("",)), "labels"),
        (replace(ADD, camera_id=CameraId("a.b")), "camera_id"),
        (replace(ADD, captured_at=T0.replace(tzinfo=None)), "captured_at"),
    ],
)
def test_a_wrong_field_of_a_picture_is_refused_by_name(command: AddSample, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        sample.decide(command, None)


def test_a_camera_has_one_split() -> None:
    given().when(ASSIGN).then(ASSIGNED)
    given(ASSIGNED).when(ASSIGN).then()
    given(ASSIGNED).when(TO_TRAIN).then(SplitAssigned(HELMETS, YARD, Split.TRAIN))


def test_R162_a_camera_keeps_the_split_that_a_version_was_frozen_with() -> None:
    given(ASSIGNED, FROZEN).refused(TO_TRAIN, dataset.SplitFrozen, "yard")
    given(ASSIGNED, FROZEN).when(ASSIGN).then()
    gate = AssignSplit(HELMETS, CameraId("gate"), Split.TRAIN)
    given(ASSIGNED, FROZEN).when(gate).then(SplitAssigned(HELMETS, CameraId("gate"), Split.TRAIN))


def test_versions_are_counted() -> None:
    given().when(FREEZE).then(FROZEN)
    second = FreezeVersion(HELMETS, 1300, "datasets/helmets/v2.txt", OTHER_SHA)
    given(FROZEN).when(second).then(VersionFrozen(HELMETS, 2, 1300, "datasets/helmets/v2.txt", OTHER_SHA))


def test_the_same_manifest_is_the_same_version() -> None:
    given(FROZEN).when(FREEZE).then()


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(ASSIGN, dataset_id=DatasetId("a.b")), "dataset_id"),
        (replace(ASSIGN, camera_id=CameraId("a.b")), "camera_id"),
        (replace(FREEZE, dataset_id=DatasetId("")), "dataset_id"),
        (replace(FREEZE, samples=0), "samples"),
        (replace(FREEZE, manifest_key=""), "manifest_key"),
        (replace(FREEZE, manifest_sha256="ab"), "manifest_sha256"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: dataset.Command, field: str) -> None:
    given().refused(command, FieldRefused, field)
