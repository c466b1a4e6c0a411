"""The page and its files, kept in memory and compressed once."""

import gzip
import hashlib
from dataclasses import dataclass

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Kept:
    """A file as it is sent."""

    body: bytes
    zipped: bytes
    media: str
    cache: str
    tag: str


class Pages:
    """All files by address."""

    def __init__(self) -> None:
        from ravelin.server.dashboard import pages

        self._kept = {
            path: Kept(
                page.body,
                gzip.compress(page.body, 6, mtime=0),
                page.media_type,
                page.cache,
                hashlib.blake2b(page.body, digest_size=8).hexdigest(),
            )
            for path, page in pages().items()
        }

    def find(self, path: str) -> Kept | None:
        """Return a file, if there is one at an address."""
        return self._kept.get(path)

    def addresses(self) -> list[str]:
        """List all addresses."""
        return list(self._kept)
