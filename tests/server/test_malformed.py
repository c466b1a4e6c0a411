"""Requests that are none: an answer below 500, or a closed connection, and the next request is served."""

import random
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx2
import pytest
from served import Command

METHODS = [b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE", b"get", b"", b"\x00", b"G ET"]
PATHS = [
    b"/state", b"/history", b"/agents/consumers", b"/agents/consumers/1", b"/tick", b"/run", b"/pause", b"/shocks",
    b"/fork", b"/forks/f1", b"/runs", b"/make_bank", b"/do_tx", b"/network/supply", b"/events", b"/", b"*", b"",
    b"//", b"/%00", b"/%ff", b"/../etc/passwd", b"/agents/%2e%2e/1", b"/dashboard/../secret", b"http://evil/",
]  # fmt: skip
HEADERS = [
    b"Host: localhost", b"Host: evil", b"Host:", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 1e9",
    b"Content-Length: 99999999999999", b"Transfer-Encoding: chunked", b"Content-Type: application/json",
    b"Content-Type: \xff", b"Accept: */*;q=x", b"Accept: ,,;", b"If-None-Match: W/",
    b"Last-Event-ID: 99999999999999999999",
    b"Cookie: ravelin=\x01;;=", b"Authorization: Bearer", b"Origin: null", b"X: " + b"y" * 9000, b"no colon",
    b"Expect: 100-continue", b"Connection: upgrade", b"Accept-Encoding: gzip;q=0, identity;q=0",
    b"Idempotency-Key: " + b"k" * 300,
]  # fmt: skip
BODIES = [b"", b"{", b"{}", b"[1]", b'{"ticks_per_second": 1e999}', b'{"n": "\\ud800"}', b"[" * 3000, b"\xff\xfe",
          b'{"count": 1e30}', b'{"from": {}}', b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n"]  # fmt: skip


WELL_FORMED = (b"Accept", b"If-None-Match", b"Last-Event-ID", b"Cookie", b"Authorization", b"Origin")
NAMES = [b"series", b"filter", b"limit", b"n", b"cursor", b"from", b"every", b"columns", b"order", b"fields", b"world"]


def nonsense(luck: random.Random) -> bytes:
    """Make a request that can be read, and asks for what is none."""
    path = luck.choice([path for path in PATHS if path.startswith(b"/")])
    noise = bytes(luck.randrange(256) for _ in range(luck.randrange(30)))
    query = luck.choice([b"", b"?" + luck.choice(NAMES) + b"=" + quote_from_bytes(noise).encode()])
    body = luck.choice([*BODIES, noise])
    kind = luck.choice([b"application/json", b"application/json; charset=x", b"text/plain", b"\xff"])
    headers = luck.sample([header for header in HEADERS if header.startswith(WELL_FORMED)], luck.randrange(3))
    headers += [b"Host: localhost", b"Content-Type: " + kind, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([luck.choice(METHODS[:7]) + b" " + path + query + b" HTTP/1.1", *headers]) + b"\r\n\r\n" + body


def request(luck: random.Random) -> bytes:
    if luck.random() < 0.5:
        return nonsense(luck)
    path = luck.choice(PATHS)
    if luck.random() < 0.5:
        noise = bytes(luck.randrange(33, 256) for _ in range(luck.randrange(30)))
        path += b"?" + luck.choice([b"series=", b"filter=", b"limit=", b"n=", b"cursor=", b"from=", b""]) + noise
    headers = [b"Host: localhost"] if luck.random() < 0.8 else []
    headers += luck.sample(HEADERS, luck.randrange(4))
    head = b"\r\n".join([luck.choice(METHODS) + b" " + path + b" HTTP/1.1", *headers])
    whole = head + b"\r\n\r\n" + luck.choice(BODIES)
    return whole[: luck.randrange(1, len(whole) + 1)] if luck.random() < 0.2 else whole


def send(port: int, content: bytes) -> int:
    """Send bytes and end; return the status of the answer, 0 if there is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while len(received) < 16 and (part := connection.recv(4096)):
                received += part
        except ConnectionResetError:
            return 0
    parts = received.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def shower(server: Command, count: int) -> None:
    luck = random.Random(5)
    codes: Counter[int] = Counter()
    for number in range(count):
        content = request(luck)
        code = send(server.port, content)
        assert code < 500 or code == 503, (number, code, content[:300])
        codes[code] += 1
    judged = sum(codes[code] for code in (200, 403, 404, 405, 406, 409, 415, 422))
    assert judged > count / 4, f"hardly any got past the reader of HTTP: {codes}"
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        assert client.get("/state").status_code == 200
        assert client.get("/health").json()["status"] == "ok"


def test_some_malformed_requests(command: Callable[..., Command]) -> None:
    server = command("--consumers", "1000", "--threads", "1")
    httpx2.get(f"{server.url}/state", timeout=60)
    shower(server, 500)


@pytest.mark.slow
def test_ten_thousand_malformed_requests(command: Callable[..., Command]) -> None:
    server = command("--consumers", "1000", "--threads", "1")
    httpx2.get(f"{server.url}/state", timeout=60)
    shower(server, 10_000)


@pytest.mark.slow
def test_mixed_load_leaks_nothing(tmp_path: Path) -> None:
    """Three minutes of what `benchmarks/soak_server.py` does for ten: no 5xx, no growth of memory or handles."""
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run(
        [sys.executable, root / "benchmarks" / "soak_server.py", "--minutes", "3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
