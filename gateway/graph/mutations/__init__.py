"""Mutations of the schema, one file each."""

import strawberry

from gateway.graph.mutations.comment import comment
from gateway.graph.mutations.confirm_violation import confirm_violation
from gateway.graph.mutations.mark_false_positive import mark_false_positive
from gateway.graph.mutations.reopen_review import reopen_review
from gateway.graph.payload import IncidentPayload


@strawberry.type(description="Each answers only when the incident's new row can be read.")
class Mutation:
    confirm_violation: IncidentPayload = strawberry.mutation(
        resolver=confirm_violation, description="A person says that it is a violation."
    )
    mark_false_positive: IncidentPayload = strawberry.mutation(
        resolver=mark_false_positive, description="A person says that it is none; reason: 1 to 2000 characters."
    )
    reopen_review: IncidentPayload = strawberry.mutation(
        resolver=reopen_review, description="A person takes a verdict back."
    )
    comment: IncidentPayload = strawberry.mutation(
        resolver=comment, description="Adds words to the history; text: 1 to 2000 characters."
    )
