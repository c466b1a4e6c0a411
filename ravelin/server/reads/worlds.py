"""The economies that can be read side by side: the base, its forks, and their controls."""

from typing import TYPE_CHECKING

from ravelin.server.problems import unknown_name
from ravelin.server.routes import Request
from ravelin.server.views.state import Published
from ravelin.storage.history import History

if TYPE_CHECKING:
    from ravelin.server.back import Back


def world_of(
    request: Request["Back"], published: Published, world: str, parameter: str = "world"
) -> tuple[History, int, str]:
    """Return the history of a world, its rows, and a tag.

    Raises
    ------
    ProblemError
        If there is no such world.
    """
    if world == "base":
        return request.server.economy.simulation.rows, published.tick, published.tag
    name, colon, which = world.partition(":")
    if colon and which != "base":
        raise unknown_name("a world of a fork", world, [name, f"{name}:base"], parameter)
    fork = request.server.forks.find(name)
    found = fork.base if colon else fork.world
    if found is None:
        return request.server.economy.simulation.rows, fork.began_at, f"{published.run}-{world}-waiting"
    return found, len(found), f"{published.run}-{world}-{len(found)}"
