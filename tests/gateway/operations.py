"""Every operation of the schema as a document, made from the schema itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.schema import schema
from tests.gateway.test_guard import VALUES

SCHEMA: GraphQLSchema = schema._schema


@dataclass(frozen=True)
class Operation:
    """A field of Query, Mutation or Subscription."""

    kind: str
    name: str
    field: GraphQLField

    @property
    def identifiers(self) -> list[str]:
        """Its required arguments that name a thing of the plant."""
        named = {"id", "cameraId", "zoneId", "ruleId"} | (
            {"input"} if self.name in ("drawZone", "publishRule") else set()
        )
        return [name for name in self._required if name in named]

    @property
    def _required(self) -> list[str]:
        return [name for name, argument in self.field.args.items() if is_required_argument(argument)]

    def document(self, values: Mapping[str, str] = {}, depth: int = 0, **given: str) -> str:
        """values   instead of the usual ones, as they stand in a document, of one operation as `name.argument`
        given    optional arguments too
        depth    how far below the answer everything is asked; 0: its plain fields
        """
        known = VALUES | dict(values)
        wanted = {name: known.get(f"{self.name}.{name}") or known[name] for name in self._required} | given
        arguments = ", ".join(f"{name}: {value}" for name, value in wanted.items())
        called = f"{self.name}({arguments})" if arguments else self.name
        return f"{self.kind} {{ {called} {selection(get_named_type(self.field.type), depth)} }}"


def operations() -> Iterator[Operation]:
    for kind, root in roots().items():
        for name, field in root.fields.items():
            yield Operation(kind, name, field)


def roots() -> dict[str, GraphQLObjectType]:
    found = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type, "subscription": SCHEMA.subscription_type}
    return {kind: root for kind, root in found.items() if root is not None}


def selection(type_: GraphQLNamedType, depth: int) -> str:
    """All fields that need no argument, with everything below them down to `depth`."""
    if isinstance(type_, GraphQLUnionType):
        parts, taken = [], {"__typename": "String!"}
        for member in type_.types:
            fields = _fields(member, depth, taken)
            taken |= {name: str(field.type) for name, field in member.fields.items()}
            parts.append(f"... on {member.name} {{ {fields} }}" if fields else "")
        return f"{{ __typename {' '.join(parts)} }}"
    return f"{{ __typename {_fields(type_, depth, {})} }}"


def _fields(type_: GraphQLNamedType, depth: int, taken: Mapping[str, str]) -> str:
    """taken: fields that another member of a union has, by type: one name cannot have two."""
    found = []
    for name, field in getattr(type_, "fields", {}).items():
        if taken.get(name, str(field.type)) != str(field.type) or any(map(is_required_argument, field.args.values())):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            found.append(name)
        elif depth > 0:
            first = "(first: 5)" if "first" in field.args else ""
            found.append(f"{name}{first} {selection(inner, depth - 1)}")
    return " ".join(found)
