"""Number plates: every format of ГОСТ Р 50577, what readers make of them, and what is no number."""

import random
from collections.abc import Iterator

import pytest

from domain.contracts.plate_regions import REGIONS
from domain.contracts.plates import (
    CYRILLIC,
    LATIN,
    MOST_REPAIRS,
    PlateFormat,
    cleaned,
    parsed,
    region_name,
    same_but_for_one,
)

EXAMPLES = {
    "А123ВС77": (PlateFormat.CAR, "77"),
    "А123ВС777": (PlateFormat.CAR, "777"),
    "АВ12377": (PlateFormat.PUBLIC, "77"),
    "АВ123199": (PlateFormat.TRAILER, "99"),
    "АВ123477": (PlateFormat.TRAILER, "77"),
    "АВ1234799": (PlateFormat.TRAILER, "799"),
    "1234АВ77": (PlateFormat.TRACTOR_OR_MOTORCYCLE, "77"),
    "АВ123С50": (PlateFormat.TRANSIT, "50"),
    "ТАВ12377": (PlateFormat.EXPORT, "77"),
    "А123478": (PlateFormat.POLICE, "78"),
    "123А78": (PlateFormat.POLICE_TRAILER, "78"),
    "1234А78": (PlateFormat.POLICE_MOTORCYCLE, "78"),
    "001CD177": (PlateFormat.MISSION_HEAD, "77"),
    "001D00177": (PlateFormat.DIPLOMATIC, "77"),
    "001T00177": (PlateFormat.DIPLOMATIC, "77"),
}


@pytest.mark.parametrize("number", EXAMPLES)
def test_each_format_is_known_in_either_alphabet(number: str) -> None:
    for text in (number, cleaned(number), number.lower(), f" {number[:1]}-{number[1:]}.", f"{number}RUS"):
        plate = parsed(text)
        assert plate is not None, text
        assert (plate.number, plate.format, plate.region, plate.repairs) == (number, *EXAMPLES[number], 0), text


def cars(count: int) -> Iterator[str]:
    chosen = random.Random(7)
    for _ in range(count):
        letters = "".join(chosen.choice(LATIN) for _ in range(3))
        yield f"{letters[0]}{chosen.randrange(1000):03}{letters[1:]}{chosen.choice(sorted(REGIONS))}"


def test_every_car_of_every_issued_region_is_its_own_number() -> None:
    for text in cars(3000):
        plate = parsed(text)
        assert plate is not None
        assert (plate.format, plate.repairs, cleaned(plate.number)) == (PlateFormat.CAR, 0, text)
        assert region_name(plate.region) is not None


@pytest.mark.parametrize(
    ("read", "number", "repairs"),
    [
        ("AI23BC77", "А123ВС77", 1),  # I where a digit belongs
        ("A1Z38C77", "А123ВС77", 2),  # Z for 2, 8 for B
        ("0777OO77", "О777ОО77", 1),  # zero for the letter, on one line
        ("8123BC77", "В123ВС77", 1),  # a car, not the tractor 8123
        ("KA12S77", "КА12577", 1),  # a taxi
        ("MM14B877", "ММ148877", 1),  # a trailer
        ("IA123BC77", "А123ВС77", 1),  # the frame's edge before it
        ("A123BC77I", "А123ВС77", 1),
        ("A123BC7", None, None),  # the region is cut: not guessed from a rare format
        ("A123BC00", None, None),
        ("A123BC0990", None, None),
        ("000000", None, None),
        ("WEIGHT", None, None),
        ("8800555", None, None),  # a telephone number on a lorry
        ("", None, None),
        ("ЖДЛ", None, None),
    ],
)
def test_a_reading_is_repaired_by_the_place_of_its_characters(
    read: str, number: str | None, repairs: int | None
) -> None:
    plate = parsed(read)
    if repairs is None:
        assert plate is None or plate.format not in (PlateFormat.CAR, PlateFormat.PUBLIC, PlateFormat.TRAILER)
    else:
        assert plate is not None
        assert (plate.number, plate.repairs) == (number, repairs)


def test_what_stands_on_two_lines_may_be_a_tractors() -> None:
    on_two, on_one = parsed("0123AB77", two_lines=True), parsed("0123AB77")
    assert on_two is not None
    assert on_one is not None
    assert (on_two.format, on_one.format) == (PlateFormat.TRACTOR_OR_MOTORCYCLE, PlateFormat.CAR)
    certain = parsed("2123AB77")
    assert certain is not None
    assert certain.format is PlateFormat.TRACTOR_OR_MOTORCYCLE


def test_one_confused_character_never_makes_another_cars_number() -> None:
    """A letter read as the digit that looks like it, or the other way round, comes back as what it was."""
    confused = {"O": "0", "B": "8", "0": "O", "1": "I", "2": "Z", "5": "S", "8": "B"}
    wrong = 0
    for text in cars(400):
        for place, char in enumerate(text):
            if char in confused:
                plate = parsed(text[:place] + confused[char] + text[place + 1 :])
                wrong += plate is None or cleaned(plate.number) != text
    assert wrong == 0


def test_random_texts_are_hardly_ever_numbers() -> None:
    chosen = random.Random(11)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    texts = ["".join(chosen.choice(alphabet) for _ in range(chosen.randrange(6, 10))) for _ in range(5000)]
    found = [plate for plate in map(parsed, texts) if plate is not None]
    assert len(found) < 100
    assert all(plate.repairs <= MOST_REPAIRS for plate in found)


def test_regions() -> None:
    assert region_name("77") == region_name("977") == "Москва"
    assert region_name("116") == "Республика Татарстан"
    assert region_name("00") is None
    assert region_name(None) is None
    assert all(len(code) in (2, 3) and code.isdigit() for code in REGIONS)
    assert len(set(REGIONS.values())) >= 85


def test_alike_numbers() -> None:
    assert same_but_for_one("А123ВС77", "А123ВС77")
    assert same_but_for_one("А123ВС77", "А128ВС77")
    assert not same_but_for_one("А123ВС77", "А128ВО77")
    assert not same_but_for_one("А123ВС77", "А123ВС777")


def test_both_alphabets_have_the_same_letters() -> None:
    assert len(CYRILLIC) == len(LATIN) == 12
    assert cleaned(CYRILLIC) == LATIN
    assert cleaned("Ж Ъ-" + "x" * 40) == "X" * 16
