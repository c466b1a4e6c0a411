"""Connections from strangers: floods, drips and requests with two meanings, beside a client who is answered."""

import contextlib
import http.client
import json
import select
import socket
import threading
import time
from collections import Counter

import pytest
from served import Command

from ravelin.server.connections import (
    HEAD_MAX,
    LINGER_SECONDS,
    REQUEST_SECONDS,
    WAITING_OF_PEER_MAX,
    Lobby,
    peer_of,
)

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /pause HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def talk(port: int, *parts: bytes, seconds: float = 60.0) -> bytes:
    """Send parts one after another and return all that comes back until the end, or until nothing more comes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection, contextlib.suppress(OSError):
        for part in parts:
            connection.sendall(part)
        while part := connection.recv(1 << 16):
            received += part
            if received.endswith((b"}", b"ok")):
                break
    return received


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        pytest.param(GET + b"\r\n", 200, id="plain"),
        pytest.param(GET + b"Host: evil.example\r\n\r\n", 400, id="a second host"),
        pytest.param(GET + b"Host: localhost\r\n\r\n", 400, id="the same host twice"),
        pytest.param(GET + b"Host:\r\n\r\n", 400, id="an empty second host"),
        pytest.param(GET + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400, id="two tokens"),
        pytest.param(b"GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 421,
                     id="another authority"),
        pytest.param(b"GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, id="its own authority"),
        pytest.param(b"GET /healthz\r\n\r\n", 400, id="HTTP/0.9"),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, id="the same length twice"),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, id="two lengths"),
        pytest.param(POST + b"Content-Length: 2, 2\r\n\r\n{}", 400, id="a list of lengths"),
        pytest.param(POST + b"Content-Length: +2\r\n\r\n{}", 400, id="a signed length"),
        pytest.param(POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400,
                     id="length and chunks"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400,
                     id="chunks and length"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", 200, id="chunks"),
        pytest.param(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400,
                     id="another coding too"),
        pytest.param(POST + b"Transfer-Encoding: identity\r\n\r\n{}", 400, id="the coding that is none"),
        pytest.param(POST + b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, id="nearly chunked"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n{}", 400,
                     id="two codings"),
        pytest.param(POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400,
                     id="chunks in HTTP/1.0"),
        pytest.param(CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", 400, id="a chunk of 0x2"),
        pytest.param(CHUNKED + b"1" + b"0" * 20 + b"\r\n{}\r\n0\r\n\r\n", 400, id="a chunk beyond 64 bits"),
        pytest.param(CHUNKED + b"2\r\n{}0\r\n\r\n", 400, id="a chunk without an end"),
        pytest.param(GET + b"X: a\r\n b\r\n\r\n", 400, id="a folded header"),
        pytest.param(GET + b"X : a\r\n\r\n", 400, id="space before the colon"),
        pytest.param(GET + b"X\r\n\r\n", 400, id="no colon"),
        pytest.param(GET + b"X: a\x00b\r\n\r\n", 400, id="NUL in a header"),
        pytest.param(GET + b"X: a\rY: b\r\n\r\n", 400, id="a bare CR"),
        pytest.param(b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400, id="bare LFs"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n", 400, id="space before the first header"),
    ],
)  # fmt: skip
def test_requests_with_two_meanings_are_refused(served: Command, request_bytes: bytes, expected: int) -> None:
    answer = talk(served.port, request_bytes)
    assert status_of(answer) == expected, answer
    if expected != 200:
        assert b"application/problem+json" in answer
        assert b"detail" in answer
        # What followed is not taken for another request.
        assert answer.count(b"HTTP/1.1 4") == 1


def test_a_refused_request_does_nothing(served: Command) -> None:
    """A request that is refused for its coding must not be acted on behind the refusal."""
    before = talk(served.port, GET.replace(b"/healthz", b"/make_bank") + b"Transfer-Encoding: identity\r\n\r\n")
    assert status_of(before) == 400
    time.sleep(0.3)
    state = talk(served.port, GET.replace(b"/healthz", b"/state?fields=banks") + b"\r\n")
    assert json.loads(state.partition(b"\r\n\r\n")[2])["banks"]["count"] == 3


def test_a_trailer_is_no_header(served: Command) -> None:
    """What follows a chunked body cannot change who was asked, and has an end like a head."""
    answer = talk(served.port, CHUNKED + b"2\r\n{}\r\n0\r\nHost: evil.example\r\n\r\n")
    assert status_of(answer) == 200
    trailer = b"X: " + b"y" * (3 * HEAD_MAX)
    assert status_of(talk(served.port, CHUNKED + b"2\r\n{}\r\n0\r\n" + trailer)) == 431
    extension = b"2;" + b"y" * (3 * HEAD_MAX)
    assert status_of(talk(served.port, CHUNKED + extension)) == 431


def test_a_chunked_body_has_an_end(served: Command) -> None:
    chunk = b"400\r\n" + b" " * 1024 + b"\r\n"
    assert status_of(talk(served.port, CHUNKED + chunk * 63 + b"2\r\n{}\r\n0\r\n\r\n")) == 200
    assert status_of(talk(served.port, CHUNKED + chunk * 64 + b"2\r\n{}\r\n0\r\n\r\n")) == 413
    assert status_of(talk(served.port, POST + b"Content-Length: 99999999\r\n\r\n{}")) == 413


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 60_000, id="60,000 lists that never end"),
        pytest.param(b"[" * 30_000 + b"]" * 30_000, id="lists 30,000 deep"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, id="objects 10,000 deep"),
        pytest.param(b'{"cents": ' + b"9" * 400 + b"}", id="400 digits"),
        pytest.param(b'{"cents": "' + b"9" * 400 + b'"}', id="400 digits in text"),
        pytest.param(b'{"cents": -1e999}', id="beyond a double"),
        pytest.param(b'{"cents": NaN}', id="no number"),
        pytest.param(b'{"payer": "\\u0000"}', id="NUL in text"),
        pytest.param(b'{"payer\x00": 1}', id="NUL in a key"),
        pytest.param(b'{"\\ud800": 1}', id="half a surrogate pair in a key"),
        pytest.param(b'{"payer": "\\udfff\\ud800"}', id="surrogates the wrong way round"),
        pytest.param(b'{"payer": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param(b"\x00", id="NUL alone"),
        pytest.param(b"\xef\xbb\xbf{}", id="a mark of the encoding"),
        pytest.param(b'{"cents": 1, "cents": "x"}', id="a key twice"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
    ],
)
def test_bodies_that_no_order_has_are_refused_in_a_sentence(served: Command, body: bytes) -> None:
    for head in (b"Content-Length: %d\r\n\r\n" % len(body) + body,
                 b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"):  # fmt: skip
        answer = talk(served.port, POST.replace(b"/pause", b"/do_tx") + head)
        assert status_of(answer) in (400, 422), answer
        told = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert 10 < len(told["detail"]) < 900
        assert told["detail"].isprintable()


@pytest.mark.parametrize("parts", [1, 7])
def test_a_head_has_an_end_to_the_byte(served: Command, parts: int) -> None:
    for size, expected in ((HEAD_MAX, 200), (HEAD_MAX + 1, 431)):
        head = GET + b"X: " + b"y" * (size - len(GET) - 7) + b"\r\n\r\n"
        assert len(head) == size
        step = -(-size // parts)
        assert status_of(talk(served.port, *(head[at : at + step] for at in range(0, size, step)))) == expected


def test_a_head_may_be_many_short_headers(served: Command) -> None:
    many = b"".join(b"h%d: x\r\n" % number for number in range(1500))
    assert status_of(talk(served.port, GET + many + b"\r\n")) == 200
    assert status_of(talk(served.port, GET + many * 2 + b"\r\n")) == 431


def test_requests_one_behind_another_are_all_answered(served: Command) -> None:
    answer = talk(served.port, (GET + b"\r\n") * 20 + GET + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") >= 1
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
        connection.sendall((GET + b"\r\n") * 20)
        received = b""
        while received.count(b"HTTP/1.1 200") < 20:
            received += connection.recv(1 << 16)


class Healthy(threading.Thread):
    """Asks for the state again and again: over a connection of its own, and over one that it keeps."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.ended = threading.Event()
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        kept = http.client.HTTPConnection("localhost", self.port, timeout=30)
        while not self.ended.wait(0.02):
            for name, connection in (
                ("kept", kept),
                ("new", http.client.HTTPConnection("localhost", self.port, timeout=30)),
            ):
                try:
                    connection.request("GET", "/state")
                    answer = connection.getresponse()
                    answer.read()
                    self.answers[f"{name} {answer.status}"] += 1
                except Exception as error:
                    self.answers[f"{name} {type(error).__name__}"] += 1
                if name == "new":
                    connection.close()
        kept.close()


class Attack:
    """Many connections that send something slowly, and when the server ended each."""

    def __init__(self, port: int, count: int, first: bytes, drip: bytes = b"") -> None:
        self.begun = time.monotonic()
        self.drip = drip
        self.received: dict[socket.socket, bytes] = {}
        self.ended: dict[socket.socket, float] = {}
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            with contextlib.suppress(OSError):
                connection.sendall(first)
            connection.setblocking(False)
            self.received[connection] = b""

    @property
    def standing(self) -> list[socket.socket]:
        return [one for one in self.received if one not in self.ended]

    def go_on(self) -> None:
        """Send a drip down every connection, and see which are ended."""
        poll = select.poll()
        by_number = {one.fileno(): one for one in self.standing}
        for number in by_number:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(0):
            one = by_number[number]
            try:
                part = one.recv(1 << 16)
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            self.received[one] += part
            if not part:
                self.ended[one] = time.monotonic() - self.begun
        if self.drip:
            for one in self.standing:
                with contextlib.suppress(OSError):
                    one.send(self.drip)

    def close(self) -> None:
        for one in self.received:
            one.close()


def besiege(server: Command, half_sent: int) -> None:
    """Attack in all ways at once beside a healthy client, until every attacker's connection is ended."""
    half = b"GET /state HTTP/1.1\r\nHost: localhost\r\nX: "
    healthy = Healthy(server.port)
    healthy.start()
    attacks: dict[str, Attack] = {}
    try:
        attacks["endless header"] = Attack(server.port, 3, half, b"y" * 5000)
        attacks["drip of a header"] = Attack(server.port, 10, half, b"y")
        attacks["slow body"] = Attack(server.port, 20, POST + b"Content-Length: 900\r\n\r\n", b" ")
        attacks["slow chunks"] = Attack(server.port, 20, CHUNKED, b"1\r\n \r\n")
        attacks["a body nobody asked for"] = Attack(server.port, 10, GET + b"Content-Length: 99999999\r\n\r\n", b"y")
        attacks["idle"] = Attack(server.port, 10, b"")
        attacks["idle after an answer"] = Attack(server.port, 10, GET + b"\r\n")
        attacks["empty lines after an answer"] = Attack(server.port, 10, GET + b"\r\n", b"\r\n")
        attacks["half-sent"] = Attack(server.port, half_sent, half)
        end = time.monotonic() + REQUEST_SECONDS + LINGER_SECONDS + 20
        most = 0
        time.sleep(0.5)
        while any(attack.standing for attack in attacks.values()) and time.monotonic() < end:
            for attack in attacks.values():
                attack.go_on()
            most = max(most, sum(len(attack.standing) for attack in attacks.values()))
            time.sleep(0.2)
    finally:
        healthy.ended.set()
        healthy.join()
        for attack in attacks.values():
            attack.close()
    assert set(healthy.answers) == {"kept 200", "new 200"}, healthy.answers
    assert min(healthy.answers.values()) > 50
    assert most < WAITING_OF_PEER_MAX + 50, "beside those that wait only those that are being answered stand"
    for name, attack in attacks.items():
        assert not attack.standing, f"{len(attack.standing)} connections stand: {name}"
        # A loaded machine may look late, never early: who is told that time is up has had it all.
        had = [attack.ended[one] for one, text in attack.received.items() if status_of(text) == 408]
        assert min(had, default=REQUEST_SECONDS) > REQUEST_SECONDS - 0.1, name
    late = REQUEST_SECONDS + LINGER_SECONDS + 10
    assert max(max(attack.ended.values()) for attack in attacks.values()) < late
    for name, code in (("endless header", 431), ("drip of a header", 408), ("slow body", 408), ("slow chunks", 408)):
        codes = {status_of(text) for text in attacks[name].received.values()}
        assert codes <= {code, 0}, name
        assert code in codes or half_sent > WAITING_OF_PEER_MAX // 2, name
    assert server.process.poll() is None


def test_a_siege_beside_a_healthy_client(served: Command) -> None:
    besiege(served, 600)


@pytest.mark.slow
def test_a_large_siege_beside_a_healthy_client(served: Command) -> None:
    besiege(served, 2300)


class Waiting:
    """What a lobby knows of a connection."""

    def __init__(self, peer: str, *, known: bool = False) -> None:
        self.peer = peer
        self.known = known
        self.aborted = False
        self.transport = self

    def abort(self) -> None:
        self.aborted = True


def test_a_full_lobby_lets_the_longest_waiting_go() -> None:
    lobby = Lobby(most=12, most_of_peer=8)
    known = [Waiting("a", known=True) for _ in range(4)]
    flood = [Waiting("a") for _ in range(50)]
    other = Waiting("b")
    for one in (*known, other, *flood):
        lobby.enter(one)  # type: ignore[arg-type]
    assert not any(one.aborted for one in known), "who was answered keeps half of the places"
    assert not other.aborted, "another peer keeps its place"
    assert [one.aborted for one in flood] == [True] * 46 + [False] * 4
    assert lobby.count == 9
    for number in range(8):
        lobby.enter(Waiting(f"c{number}"))  # type: ignore[arg-type]
    assert lobby.count == 12
    assert not other.aborted, "the peer that has most makes room"
    lobby.leave(other)  # type: ignore[arg-type]
    lobby.leave(other)  # type: ignore[arg-type]
    assert lobby.count == 11


def test_a_newcomer_finds_a_place_among_the_known() -> None:
    lobby = Lobby(most=8, most_of_peer=8)
    known = [Waiting("a", known=True) for _ in range(8)]
    newcomer = Waiting("a")
    for one in (*known, newcomer):
        lobby.enter(one)  # type: ignore[arg-type]
    assert not newcomer.aborted
    assert [one.aborted for one in known] == [True] + [False] * 7


def test_a_customer_of_the_new_internet_is_one_peer() -> None:
    assert peer_of(("2001:db8::1", 1)) == peer_of(("2001:db8::ffff:1", 2))
    assert peer_of(("2001:db8::1", 1)) != peer_of(("2001:db8:0:1::1", 1))
    assert peer_of(("fe80::1%eth0", 1)) == "fe80::/64"
    assert peer_of(("10.0.0.1", 1)) == "10.0.0.1"
    assert peer_of(None) == ""
