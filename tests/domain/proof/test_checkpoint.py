"""Notes and checkpoints: the example of the specification, and strictness."""

import random

import pytest

from domain.proof.checkpoint import (
    Checkpoint,
    Note,
    NoteMalformed,
    NoteUntrusted,
    Signature,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    trusted_checkpoint,
    trusted_text,
)
from tests.domain.proof.logs import KEY, signed, verifies

C2SP_EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4\
URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC\
+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
""".encode()

CHECKPOINT = Checkpoint(KEY.name, 5, bytes(range(32)))


def test_the_examples_of_the_specification_are_read_and_written_alike() -> None:
    assert parse_note(C2SP_EXAMPLE).encode() == C2SP_EXAMPLE
    assert parse_note(POEM).encode() == POEM
    checkpoint = parse_checkpoint(parse_note(C2SP_EXAMPLE).text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")


def test_a_key_is_read_and_written_alike() -> None:
    """A key of the Go checksum database, as its client has it built in."""
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(VerifierKey.parse(text)) == text


def test_a_note_that_go_has_signed_is_trusted() -> None:
    """From the tests of golang.org/x/mod/sumdb/note."""
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert trusted_text(f"{text}\n— {line}\n".encode(), key, verifies) == text


def test_a_signed_checkpoint_is_trusted() -> None:
    assert trusted_checkpoint(signed(CHECKPOINT.text()), KEY, verifies) == CHECKPOINT


def test_signatures_by_others_are_passed_over() -> None:
    note = parse_note(signed(CHECKPOINT.text()))
    witness = Signature("witness.example", b"\1\2\3\4", b"x" * 72)
    assert trusted_checkpoint(Note(note.text, (witness, *note.signatures)).encode(), KEY, verifies) == CHECKPOINT


def test_a_checkpoint_of_another_log_or_key_is_not_trusted() -> None:
    other = VerifierKey("elsewhere.example", KEY.public)
    for note in (signed(CHECKPOINT.text(), other), signed(Checkpoint("elsewhere.example", 5, bytes(32)).text())):
        with pytest.raises(NoteUntrusted):
            trusted_checkpoint(note, KEY, verifies)


def test_no_changed_byte_is_ever_trusted() -> None:
    note, chance = signed(CHECKPOINT.text()), random.Random(6962)
    for at, byte in enumerate(note):
        for other in chance.sample(sorted(set(range(256)) - {byte}), 20):
            with pytest.raises((NoteMalformed, NoteUntrusted)):
                trusted_checkpoint(note[:at] + bytes([other]) + note[at + 1 :], KEY, verifies)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n5\n",
        "\n5\n" + "A" * 43 + "=\n",  # no origin
        "origin\n05\n" + "A" * 43 + "=\n",  # leading zero
        "origin\n+5\n" + "A" * 43 + "=\n",
        "origin\n\u0665\n" + "A" * 43 + "=\n",  # another alphabet's five
        "origin\n5\n" + "A" * 42 + "B=\n",  # not canonical: bits that mean nothing
        "origin\n5\n" + "A" * 44 + "\n",  # 33 bytes
        "origin\n5\n" + "A" * 43 + "=",  # no newline at the end
        "origin\n5\n" + "A" * 43 + "=\nextension\n",
    ],
)
def test_a_checkpoint_is_three_strict_lines(text: str) -> None:
    with pytest.raises(NoteMalformed):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",  # no signature
        b"text\n\n- name AAAAAAAA\n",  # a hyphen is no dash
        "text\n\n— name\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),  # too short for a key id
        "text\n\n— name AAAAAAAA".encode(),  # the last newline
        "te\rxt\n\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n",
    ],
)
def test_a_note_is_strict(data: bytes) -> None:
    with pytest.raises(NoteMalformed):
        parse_note(data)


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AQ==", str(KEY)[:-4], str(KEY) + "\n", " " + str(KEY)])
def test_a_key_is_strict(text: str) -> None:
    with pytest.raises(NoteMalformed):
        VerifierKey.parse(text)
