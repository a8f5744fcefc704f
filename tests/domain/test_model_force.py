"""Models from elsewhere: imported, put in force on cameras by a person, withdrawn; and the fold of what is in force."""

from dataclasses import replace

import pytest

from domain import model, model_force
from domain.contracts.commands import ModelCommand, RecordTraining
from domain.contracts.commands.learning import ImportModel, PutModelInForce, WithdrawModel
from domain.contracts.events import Event, ModelPromoted
from domain.contracts.events.learning import ModelImported, ModelPutInForce, ModelWithdrawn
from domain.contracts.identifiers import CameraId, ModelId
from domain.contracts.learning import LARGEST_MODEL_BYTES, ModelKind
from domain.contracts.model_forces import MOST_BEFORE, Forces, listed
from domain.fields import FieldRefused
from tests.domain.facts import EVALUATED, FORM, HELMETS, OTHER_SHA, PPE_MODEL, SHA, TRAINED
from tests.domain.samples import YARD
from tests.domain.test_model import given

KEY = "models/" + SHA
IMPORT = ImportModel(PPE_MODEL, SHA, KEY, 12_000_000, FORM, "AGPL-3.0")
IMPORTED = ModelImported(PPE_MODEL, 1, SHA, KEY, 12_000_000, FORM, "AGPL-3.0")
USE = PutModelInForce(PPE_MODEL, 1, "пробуем")
PUT = ModelPutInForce(PPE_MODEL, 1, SHA, KEY, 12_000_000, FORM, (), "пробуем")
WITHDRAW = WithdrawModel(PPE_MODEL, "слепит солнце")
GATE = CameraId("gate")
TRACKER = replace(FORM, kind=ModelKind.TRACKER, classes=())


def test_a_file_from_elsewhere_is_a_version() -> None:
    given().when(IMPORT).then(IMPORTED)
    other = replace(IMPORT, digest=OTHER_SHA)
    given(IMPORTED).when(other).then(replace(IMPORTED, model_version=2, digest=OTHER_SHA))


def test_the_same_file_read_alike_is_the_same_version() -> None:
    given(IMPORTED).when(IMPORT).then()
    larger = replace(FORM, width=640, height=640)
    given(IMPORTED).when(replace(IMPORT, form=larger)).then(replace(IMPORTED, form=larger))
    given(IMPORTED).when(RecordTraining(PPE_MODEL, SHA, KEY, 12_000_000, HELMETS, 1, "d846406", 7)).then()


def test_a_person_puts_a_version_in_force_where_he_likes() -> None:
    given(IMPORTED).when(USE).then(PUT)
    given(IMPORTED, PUT).when(replace(USE, cameras=(YARD,))).then(replace(PUT, cameras=(YARD,)))


def test_the_same_word_again_counts_again_because_another_model_may_have_come_between() -> None:
    given(IMPORTED, PUT).when(USE).then(PUT)


def test_R182_what_was_trained_here_is_promoted_before_it_is_put_in_force() -> None:
    described = (TRAINED, replace(IMPORTED, digest=TRAINED.digest))
    given(*described).refused(USE, model_force.NotInService, "promote")
    promoted = (*described, EVALUATED, ModelPromoted(1, TRAINED.digest, "первая", ()))
    given(*promoted).when(USE).then(replace(PUT, key=TRAINED.key))


def test_nobody_can_read_a_file_that_was_not_described() -> None:
    given(TRAINED).refused(USE, model_force.FormUnknown, "import")


def test_a_version_must_be_there_to_come_into_force() -> None:
    given().refused(USE, model.VersionUnknown, "1")


def test_what_is_in_force_can_be_withdrawn() -> None:
    given(IMPORTED, PUT).when(WITHDRAW).then(ModelWithdrawn(PPE_MODEL, ModelKind.PPE, (), "слепит солнце"))
    given(IMPORTED).refused(WITHDRAW, model_force.NotInForce)
    withdrawn = ModelWithdrawn(PPE_MODEL, ModelKind.PPE, (), "слепит солнце")
    given(IMPORTED, PUT, withdrawn).refused(WITHDRAW, model_force.NotInForce)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(IMPORT, model_id=ModelId("a.b")), "model_id"),
        (replace(IMPORT, digest="ab"), "digest"),
        (replace(IMPORT, key=""), "key"),
        (replace(IMPORT, size_bytes=0), "size_bytes"),
        (replace(IMPORT, size_bytes=LARGEST_MODEL_BYTES + 1), "size_bytes"),
        (replace(IMPORT, licence=" "), "licence"),
        (replace(IMPORT, form=replace(FORM, classes=())), "classes"),
        (replace(IMPORT, form=replace(FORM, classes=("",))), "classes"),
        (replace(IMPORT, form=replace(FORM, width=0)), "width, height"),
        (replace(IMPORT, form=replace(FORM, width=8192)), "width, height"),
        (replace(IMPORT, form=replace(TRACKER, classes=("person",))), "classes"),
        (replace(USE, reason=""), "reason"),
        (replace(USE, cameras=(YARD, YARD)), "cameras"),
        (replace(USE, cameras=(CameraId("a.b"),)), "cameras"),
        (replace(WITHDRAW, reason=" "), "reason"),
        (replace(WITHDRAW, cameras=(CameraId("*"),)), "cameras"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: ModelCommand, field: str) -> None:
    given(IMPORTED, PUT).refused(command, FieldRefused, field)


def test_a_trackers_model_has_no_classes() -> None:
    given().when(replace(IMPORT, form=TRACKER)).then(replace(IMPORTED, form=TRACKER))


NEW = replace(PUT, model_id=ModelId("new"), digest=OTHER_SHA)


def in_force(*events: Event) -> Forces:
    forces = Forces()
    for event in events:
        forces = forces.after(event)
    return forces


def digests(forces: Forces, camera: CameraId, kind: ModelKind = ModelKind.PPE) -> list[str]:
    return [each.digest for each in forces.on(kind, camera)]


def test_the_newest_word_about_a_camera_counts_and_the_one_before_is_remembered() -> None:
    forces = in_force(IMPORTED, PUT, replace(NEW, cameras=(YARD,)))
    assert digests(forces, YARD) == [OTHER_SHA, SHA]
    assert digests(forces, GATE) == [SHA]
    assert digests(forces, YARD, ModelKind.DETECTOR) == []
    everywhere = forces.after(NEW)
    assert digests(everywhere, YARD) == digests(everywhere, GATE) == [OTHER_SHA, SHA]


def test_a_word_for_all_cameras_remembers_what_each_of_them_had() -> None:
    forces = in_force(replace(NEW, cameras=(YARD,)), PUT)
    assert digests(forces, YARD) == [SHA, OTHER_SHA]
    assert digests(forces, GATE) == [SHA]


def test_going_back_is_the_same_word_with_the_digest_of_before() -> None:
    assert digests(in_force(PUT, NEW, PUT), YARD) == [SHA, OTHER_SHA]


def test_withdrawn_from_a_camera_or_from_all() -> None:
    both = in_force(PUT, replace(NEW, cameras=(YARD,)))
    withdrawn = ModelWithdrawn(ModelId("new"), ModelKind.PPE, (), "")
    assert digests(both.after(withdrawn), YARD) == []
    assert digests(both.after(withdrawn), GATE) == [SHA]
    here = ModelWithdrawn(PPE_MODEL, ModelKind.PPE, (GATE, YARD), "")
    assert digests(both.after(here), GATE) == []
    assert digests(both.after(here), YARD) == [OTHER_SHA, SHA]


def test_the_memory_of_earlier_models_is_short() -> None:
    many = [replace(PUT, digest=f"{n:064x}") for n in range(20)]
    assert digests(in_force(*many), YARD) == [f"{n:064x}" for n in range(19, 18 - MOST_BEFORE, -1)]


def test_the_registry_lists_what_it_knows_of_each_version() -> None:
    versions = listed(listed({}, TRAINED), replace(IMPORTED, model_version=2, digest=OTHER_SHA))
    assert [(v.model_version, v.digest, v.licence) for v in versions.values()] == [
        (1, TRAINED.digest, None),
        (2, OTHER_SHA, "AGPL-3.0"),
    ]
    described = listed(versions, replace(IMPORTED, digest=TRAINED.digest))
    assert described["ppe", 1].form == FORM
    assert listed(described, PUT) == described
