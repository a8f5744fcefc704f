"""What the schema needs beyond Strawberry: a wide integer, and described fields that keep their types."""

from collections.abc import Callable
from typing import Any, NewType, TypeVar, cast

import strawberry
from strawberry.types.scalar import ScalarDefinition

F = TypeVar("F", bound=Callable[..., Any])

BigInt = NewType("BigInt", int)
"""A whole number up to 2^53: track ids and positions in a stream."""

SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number up to 2^53, written as a JSON number.",
        serialize=int,
        parse_value=int,
    )
}


def described(text: str) -> Callable[[F], F]:
    """A field with a description; strawberry.field(description=...) would hide the resolver's type."""
    return cast(Callable[[F], F], strawberry.field(description=text))
