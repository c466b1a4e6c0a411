"""Streams of events end when they should, whatever happens at the same moment."""

import asyncio
from typing import Any

import pytest

from ravelin.server.events import QUEUE_EVENTS, Event, Hub, Listener, event, seen_of
from ravelin.server.front import Stream

TOLD = event("tick", {"tick": 1}, "base", "run", 1)


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


def tick(run: str, number: int) -> Event:
    return event("tick", {"run": run}, "base", run, number)


def read(listener: Listener) -> list[str]:
    """Return the ids of what is queued, or the kinds where there is none."""
    texts = listener._take().decode().split("\n\n")[:-1]
    return [
        text.partition("id: ")[2].partition("\n")[0] or text.split("\n")[0].removeprefix("event: ") for text in texts
    ]


def test_an_id_names_run_and_month() -> None:
    assert tick("3f", 4).text.startswith(b"event: tick\nid: 3f:4\ndata: ")
    assert seen_of("3f:4", "3f") == 4
    for other in ("4", "", ":", "3f:", "3f:-1", "3f:x", "2a:4", "3f:4 ", "3f:" + "9" * 30, "3f:\u0664", "x3f:4"):
        assert seen_of(other, "3f") is None, other


def test_months_told_otherwise_are_not_told_again_and_those_of_another_run_are() -> None:
    listener = Listener(None)
    listener.skip("a", 3)
    for one in (tick("a", 3), tick("a", 4), event("reset", {}, run="b"), tick("b", 0), tick("b", 1)):
        listener.offer(one)
    assert read(listener) == ["a:4", "reset", "b:0", "b:1"]


def test_a_run_that_begins_while_a_reader_is_told_of_it_begins_once() -> None:
    listener = Listener(None)
    listener.skip("a", 9)
    for one in (tick("a", 10), event("reset", {}, run="b"), tick("b", 0), tick("b", 1)):
        listener.offer(one)
    # The reader came with an id of the run before, and was told of the new one from its beginning.
    listener.skip("b", 0)
    assert read(listener) == ["b:1"]
    # The news of it may also come after the answer.
    for one in (event("reset", {}, run="b"), tick("b", 1), tick("b", 2), event("reset", {}, run="c"), tick("c", 0)):
        listener.offer(one)
    listener.skip("b", 1)
    assert read(listener) == ["b:2", "reset", "c:0"]
