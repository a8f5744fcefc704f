"""Options that are judged before anything starts."""

import pytest
import typer

from infra.cli.options import checked_endpoint


@pytest.mark.parametrize("text", ["10.0.0.5:7443", "[fd00::5]:7443", ""])
def test_where_other_nodes_get_the_live_view_is_an_address_and_a_port(text: str) -> None:
    assert checked_endpoint(text, "east") == text


@pytest.mark.parametrize(
    ("text", "node"),
    [("10.0.0.5", "east"), ("kaska.plant:7443", "east"), ("10.0.0.5:80", "east"), ("10.0.0.5:7443", None)],
)
def test_anything_else_is_refused_and_so_is_a_home_that_is_no_node(text: str, node: str | None) -> None:
    with pytest.raises(typer.BadParameter, match="--node-live"):
        checked_endpoint(text, node)
