"""/graphql: POST for queries and mutations, a graphql-transport-ws socket for subscriptions."""

from datetime import timedelta

from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from gateway.graph.context import GraphContext, context_of
from gateway.schema import schema

SUBSCRIPTIONS_PER_SOCKET = 16
INIT_TIMEOUT = timedelta(seconds=10)


def graphql_router() -> GraphQLRouter[GraphContext, None]:
    """No GraphiQL, no queries by GET, no batches, no uploads, no older socket protocol (FAULTS G11, G12)."""
    return GraphQLRouter(
        schema,
        graphql_ide=None,
        allow_queries_via_get=False,
        context_getter=context_of,
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        connection_init_wait_timeout=INIT_TIMEOUT,
        max_subscriptions_per_connection=SUBSCRIPTIONS_PER_SOCKET,
    )
