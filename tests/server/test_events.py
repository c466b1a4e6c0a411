"""Streams of events end when they should, whatever happens at the same moment."""

import asyncio
from typing import Any

import pytest

from ravelin.server.events import QUEUE_EVENTS, Hub, event
from ravelin.server.front import Stream

TOLD = event("tick", {"tick": 1}, "base", 1)


async def stream_left_after(turns: int) -> None:
    """Send events at every turn of the loop to a reader who leaves after some of them."""
    hub = Hub()
    listener = hub.join(None)
    left = asyncio.Event()

    async def send(_: dict[str, Any]) -> None:
        await asyncio.sleep(0)

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def tell() -> None:
        for turn in range(turns + 50):
            hub.tell([TOLD])
            if turn == turns:
                left.set()
            await asyncio.sleep(0)

    telling = asyncio.ensure_future(tell())
    await asyncio.wait_for(Stream(hub, listener, [b"first"])({}, receive, send), 20)
    await telling
    assert hub.listeners == set()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("turns", range(40))
def test_a_reader_may_leave_at_any_moment(turns: int) -> None:
    asyncio.run(stream_left_after(turns))


def test_a_reader_who_takes_nothing_is_dropped_with_the_reason() -> None:
    async def read() -> list[bytes]:
        hub = Hub()
        listener = hub.join(None)
        hub.tell([TOLD] * (QUEUE_EVENTS + 1))
        return [chunk async for chunk in listener.chunks()]

    (said,) = asyncio.run(read())
    assert said.startswith(b"event: dropped")
    assert b"read faster" in said
