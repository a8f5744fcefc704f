"""The tree against the vectors of the Certificate Transparency reference implementation, and against itself."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.proof.merkle import EMPTY_ROOT, Frontier, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1_2, L2_3 = (  # subtrees over the leaves 0..1 and 2..3
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
)
INCLUSIONS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            L2_3,
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, [L1_2]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            L2_3,
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCIES = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            L2_3,
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 5, [L2_3, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]

sizes = st.integers(1, 200)


def tree_of(size: int) -> Tree:
    tree = Tree()
    for i in range(size):
        tree.append(leaf_hash(str(i).encode()))
    return tree


def reference() -> Tree:
    tree = Tree()
    for leaf in LEAVES:
        tree.append(leaf_hash(leaf))
    return tree


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def hexes(path: list[bytes]) -> list[str]:
    return [node.hex() for node in path]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    assert (frontier.size, frontier.root().hex()) == (size, ROOTS[size])
    assert reference().root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSIONS)
def test_inclusion_proofs_are_those_of_the_reference_tree(index: int, size: int, path: list[str]) -> None:
    assert hexes(reference().inclusion(index, size)) == path


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES)
def test_consistency_proofs_are_those_of_the_reference_tree(old: int, new: int, path: list[str]) -> None:
    assert hexes(reference().consistency(old, new)) == path


@given(sizes)
def test_frontier_and_tree_agree_with_the_words_of_the_rfc(size: int) -> None:
    leaves = [leaf_hash(str(i).encode()) for i in range(size)]
    frontier, tree = Frontier(), Tree()
    for leaf in leaves:
        frontier.append(leaf)
        tree.append(leaf)
    assert naive_root(leaves) == frontier.root() == tree.root()


@given(st.data(), sizes)
def test_every_inclusion_proof_holds_at_every_size(data: st.DataObject, length: int) -> None:
    tree = tree_of(length)
    size = data.draw(st.integers(1, length))
    index = data.draw(st.integers(0, size - 1))
    leaf, path = leaf_hash(str(index).encode()), tree.inclusion(index, size)
    assert verify_inclusion(leaf, index, size, path, tree.root(size))


@given(st.data(), sizes)
def test_every_consistency_proof_holds(data: st.DataObject, length: int) -> None:
    tree = tree_of(length)
    new = data.draw(st.integers(0, length))
    old = data.draw(st.integers(0, new))
    assert verify_consistency(old, tree.root(old), new, tree.root(new), tree.consistency(old, new))


def changed(node: bytes, bit: int) -> bytes:
    return (int.from_bytes(node, "big") ^ (1 << bit)).to_bytes(32, "big")


bits = st.integers(0, 255)


@given(st.data(), sizes, bits)
def test_an_altered_hash_breaks_an_inclusion_proof(data: st.DataObject, size: int, bit: int) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    values = [leaf_hash(str(index).encode()), tree.root(), *tree.inclusion(index, size)]
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = changed(values[at], bit)
    leaf, root, *path = values
    assert not verify_inclusion(leaf, index, size, path, root)


@given(st.data(), sizes, bits)
def test_an_altered_hash_breaks_a_consistency_proof(data: st.DataObject, new: int, bit: int) -> None:
    tree = tree_of(new)
    old = data.draw(st.integers(1, new))
    values = [tree.root(old), tree.root(new), *tree.consistency(old, new)]
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = changed(values[at], bit)
    old_root, new_root, *path = values
    assert not verify_consistency(old, old_root, new, new_root, path)


@given(st.data(), st.integers(2, 200))
def test_a_proof_says_nothing_about_another_leaf(data: st.DataObject, size: int) -> None:
    tree = tree_of(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    assume(index != other)
    path = tree.inclusion(index, size)
    assert not verify_inclusion(leaf_hash(str(other).encode()), index, size, path, tree.root())
    assert not verify_inclusion(leaf_hash(str(index).encode()), other, size, path, tree.root())


@given(st.integers(1, 60), st.data())
def test_a_proof_with_a_hash_too_many_or_too_few_does_not_hold(size: int, data: st.DataObject) -> None:
    tree = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    leaf, path = leaf_hash(str(index).encode()), tree.inclusion(index, size)
    assert not verify_inclusion(leaf, index, size, [*path, EMPTY_ROOT], tree.root())
    assert not path or not verify_inclusion(leaf, index, size, path[:-1], tree.root())
    proof = tree.consistency(index, size)
    assert not verify_consistency(index, tree.root(index), size, tree.root(), [*proof, EMPTY_ROOT])
    assert not proof or not verify_consistency(index, tree.root(index), size, tree.root(), proof[:-1])


def test_a_rewritten_history_is_consistent_with_nothing_signed_before() -> None:
    tree, other = tree_of(50), Tree()
    for i in range(50):
        other.append(leaf_hash(str(i if i != 7 else -1).encode()))
    for old in range(8, 51):
        assert not verify_consistency(old, tree.root(old), 50, other.root(), other.consistency(old, 50))


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.root(9),
        lambda tree: tree.inclusion(8, 8),
        lambda tree: tree.inclusion(0, 9),
        lambda tree: tree.inclusion(-1, 8),
        lambda tree: tree.consistency(5, 4),
        lambda tree: tree.consistency(1, 9),
    ],
)
def test_nothing_is_proved_beyond_the_end(ask: Callable[[Tree], object]) -> None:
    with pytest.raises(ValueError, match=r"leaves|leaf"):
        ask(reference())
