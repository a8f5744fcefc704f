"""The GraphQL schema, and its committed text: `python -m gateway.schema --check` or `--write`."""

import argparse
import logging
import sys
from pathlib import Path

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    DisableIntrospection,
    MaskErrors,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    QueryDepthLimiter,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from gateway.errors import GatewayError
from gateway.graph.limits import DEEPEST, MOST_ALIASES, MOST_TOKENS, DocumentLimits
from gateway.graph.mutations import Mutation
from gateway.graph.queries import Query
from gateway.graph.scalars import SCALARS
from gateway.graph.subscriptions import Subscription

log = logging.getLogger(__name__)

SCHEMA_FILE = Path(__file__).with_name("schema.graphql")
LONGEST_MESSAGE = 300


class GatewaySchema(strawberry.Schema):
    """Errors carry our codes, no suggestions, and are logged short (FAULTS G9, G10, G18)."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        for error in errors:
            original = error.original_error
            if original is None:
                error.message = error.message.partition(" Did you mean")[0][:LONGEST_MESSAGE]
            elif isinstance(original, GatewayError):
                error.extensions = {"code": original.code}
            else:
                log.error("resolver failed", exc_info=original, extra={"path": str(error.path)[:LONGEST_MESSAGE]})


def is_internal(error: GraphQLError) -> bool:
    """Whether the error's text must not leave the house."""
    return error.original_error is not None and not isinstance(error.original_error, GatewayError | GraphQLError)


schema = GatewaySchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    extensions=[
        lambda: MaxTokensLimiter(MOST_TOKENS),
        lambda: QueryDepthLimiter(DEEPEST),
        lambda: MaxAliasesLimiter(MOST_ALIASES),
        DisableIntrospection,
        DocumentLimits,
        lambda: MaskErrors(is_internal, "internal error"),
    ],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
)


def main() -> int:
    """0 when the committed text is the schema's."""
    parser = argparse.ArgumentParser(prog="python -m gateway.schema")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="exit 1 when schema.graphql is not what the code says")
    action.add_argument("--write", action="store_true", help="write schema.graphql")
    arguments = parser.parse_args()
    text = schema.as_str() + "\n"
    if arguments.write:
        SCHEMA_FILE.write_text(text, encoding="utf-8")
        return 0
    if SCHEMA_FILE.is_file() and SCHEMA_FILE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("gateway/schema.graphql is not what the code says: run `python -m gateway.schema --write`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
