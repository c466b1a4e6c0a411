"""What is rounded so that parts never exceed the whole, or without bias."""

import numpy as np

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Indices


@compiled
def whole_posts(wanted: Doubles, dither: float, order: float, posts: Indices) -> None:
    """Turn labor wanted by skill into whole posts, without bias over firms.

    The total is rounded with a dither that is fixed per firm; skills share it by a second one, so that
    a firm that needs a third of an engineer has one in a third of all firms like it.

    Parameters
    ----------
    wanted : (3,) float, worker
    dither, order : float in (0, 1)
    posts : (3,) int, filled
    """
    total = wanted[0] + wanted[1] + wanted[2]
    heads = np.floor(total + dither)
    passed = 0.0
    before = 0
    for skill in range(3):
        passed += wanted[skill]
        upto = whole(heads) if skill == 2 else whole(np.floor(passed / max(total, 1e-12) * heads + order))
        posts[skill] = upto - before
        before = upto


@compiled
def part_served(left: int, asked: int) -> np.float32:
    """Return the part of each purchase that can be served, rounded down so that all of them fit into what is left."""
    return np.float32(np.floor(left / asked * 8388608.0) / 8388608.0)
