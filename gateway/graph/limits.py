"""Limits of a GraphQL document: kind of transport, cost. Depth, aliases and tokens come from Strawberry."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from gateway.graph.context import GraphContext

DEEPEST: Final = 10
MOST_ALIASES: Final = 15
MOST_TOKENS: Final = 1000
MOST_COST: Final = 2000
MOST_FRAGMENTS: Final = 20

_LARGEST_PAGE: Final = 100
_DEFAULT_PAGE: Final = 50
_PAGES: Final = frozenset(
    {
        "incidents",
        "differences",
        "zoneVisits",
        "vehiclePassages",
        "unprocessedEvents",
        "violations",
        "audit",
        "recordings",
    }
)
_ROWS: Final = frozenset({"edges", "rows"})
"""A field of a page that repeats what is asked below it, row by row."""

_WEIGHTS: Final = {
    **{"track": 200, "history": 5, "totalCount": 20, "days": 50},
    **{"incidentPassport": 500, "incidentAsKnown": 100, "dailyStatistics": 100},
    **{"coverage": 50, "stored": 20, "stream": 20},
}
"""Cost of one such field; any other field with fields of its own costs 1."""


class DocumentLimits(SchemaExtension):
    """Adds the two rules below to each operation, with its variables and its transport."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        caller: GraphContext = context.context
        context.validation_rules = (
            *context.validation_rules,
            _transport_rule(is_socket=caller.is_socket),
            _cost_rule(context.variables or {}),
        )
        yield


def _transport_rule(*, is_socket: bool) -> type[ValidationRule]:
    class TransportRule(ValidationRule):
        """Subscriptions on the socket, everything else by POST, where a cookie alone does not suffice."""

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            if (node.operation is OperationType.SUBSCRIPTION) is not is_socket:
                where = "only subscriptions are served on this socket" if is_socket else "subscriptions need a socket"
                self.report_error(GraphQLError(where, node))

    return TransportRule


def _cost_rule(variables: Mapping[str, Any]) -> type[ValidationRule]:
    class CostRule(ValidationRule):
        """Refuses documents that fan out: a list's page size times what is asked of each row (FAULTS G8)."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._fragments = {
                d.name.value: d for d in context.document.definitions if isinstance(d, FragmentDefinitionNode)
            }

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
            cost = self._cost(node.selection_set, 1, frozenset())
            if cost > MOST_COST:
                self.report_error(GraphQLError(f"the query costs {cost}, at most {MOST_COST} is allowed", node))

        def _cost(self, selected: SelectionSetNode | None, rows: int, inside: frozenset[str]) -> int:
            """rows: how many edges the connection around this selection may give."""
            total = 0
            for node in selected.selections if selected else ():
                if isinstance(node, FieldNode):
                    total += self._field_cost(node, rows, inside)
                elif isinstance(node, FragmentSpreadNode):
                    total += self._spread_cost(node.name.value, rows, inside)
                else:
                    total += self._cost(getattr(node, "selection_set", None), rows, inside)
            return min(total, 10 * MOST_COST)

        def _field_cost(self, node: FieldNode, rows: int, inside: frozenset[str]) -> int:
            name = node.name.value
            own = _WEIGHTS.get(name, 1 if node.selection_set else 0)
            if name in _PAGES:
                return own + self._cost(node.selection_set, _rows(node, variables), inside)
            if name == "whatIfJobs":
                return own + _DEFAULT_PAGE * self._cost(node.selection_set, 1, inside)
            return own + (rows if name in _ROWS else 1) * self._cost(node.selection_set, 1, inside)

        def _spread_cost(self, name: str, rows: int, inside: frozenset[str]) -> int:
            fragment = self._fragments.get(name)
            if fragment is None or name in inside or len(inside) >= MOST_FRAGMENTS:
                return 0
            return self._cost(fragment.selection_set, rows, inside | {name})

    return CostRule


def _rows(node: FieldNode, variables: Mapping[str, Any]) -> int:
    """How many rows the list may give; a page size that cannot be told counts as the largest."""
    given = next((a.value for a in node.arguments or () if a.name.value == "first"), None)
    if given is None:
        return _DEFAULT_PAGE
    value: object = None
    if isinstance(given, IntValueNode):
        value = int(given.value) if len(given.value) < 10 else None
    elif isinstance(given, VariableNode):
        value = variables.get(given.name.value, _DEFAULT_PAGE)
    return max(0, min(value, _LARGEST_PAGE)) if isinstance(value, int) else _LARGEST_PAGE
