"""Fetching a publisher's live file: bounded retries, conditional requests, and the raw answer kept.

Each answer is kept under the SHA-256 of its bytes, with a small JSON beside it that says where and when
it came from; ``latest-<address>.json`` points to the newest of an address, for the next conditional
request. Files are written whole and then renamed, so an interrupted fetch leaves no half answer.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx

from corredor.errors import FeedError, InputError
from corredor.moment import require_aware

MEBIBYTE = 1 << 20
ACCEPT = "text/csv, application/json, application/xml;q=0.9, */*;q=0.5"
USER_AGENT = "corredor (public figures of the U.S.-Mexico corridor)"
# Types in which no publisher sends a table; HTML says so too when it is labelled as CSV, by its content.
REFUSED_TYPES = ("text/html", "application/xhtml", "application/pdf", "image/", "video/", "audio/")
TRY_LATER = "try again later, or load a file downloaded by hand"


@dataclass(frozen=True)
class Patience:
    """How long a fetch insists.

    Attributes:
        attempts: requests in all, the first included.
        first_wait: seconds before the second; each later wait is twice as long.
        longest_wait: cap in seconds on any wait, also on the publisher's ``Retry-After``.
        timeout: seconds without a byte before a request is given up.
        total: seconds that one answer may take from its first byte to its last.
        max_bytes: size of an answer, decompressed, at which it is refused.
        max_redirects: redirects followed.
    """

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0
    timeout: float = 30.0
    total: float = 600.0
    max_bytes: int = 256 * MEBIBYTE
    max_redirects: int = 5


PATIENCE = Patience()


@dataclass(frozen=True)
class Answer:
    """One kept answer of a publisher.

    Attributes:
        url: as asked for.
        fetched_at: when it arrived, ISO 8601 in UTC.
        sha256: of its bytes, and the stem of its file.
        headers: response headers, lower-case names.
        path: the file that holds the bytes.
        unchanged: True where the publisher said that it has nothing newer.
    """

    url: str
    fetched_at: str
    sha256: str
    headers: dict[str, str]
    path: Path
    unchanged: bool = False

    @property
    def data(self) -> bytes:
        """The bytes, read from the kept file."""
        return self.path.read_bytes()

    @property
    def fetched(self) -> datetime:
        """When it arrived."""
        return datetime.fromisoformat(self.fetched_at)

    @property
    def last_modified(self) -> datetime | None:
        """When the publisher says that it last changed; None where it does not say."""
        return _http_date(self.headers.get("last-modified", ""))


def fetch(
    url: str,
    *,
    folder: Path,
    now: datetime,
    patience: Patience = PATIENCE,
    conditional: bool = True,
    sleep: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = lambda line: None,
) -> Answer:
    """Ask for a file, keep the answer in the folder, and return it.

    Args:
        url: http or https address.
        folder: where answers are kept; made if it is not there.
        now: the moment of fetching, aware.
        patience: how long to insist.
        conditional: ask only for something newer than the kept answer.
        sleep: waits that many seconds between attempts.
        say: told one line before each wait.

    Raises:
        InputError: not an http or https address.
        FeedError: the publisher cannot be reached, refuses, or sends something that is no data file.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"cannot fetch {url!r}", accepted="an http or https address")
    moment = require_aware(now)
    kept = _newest(url, folder) if conditional else None
    headers = {
        "user-agent": USER_AGENT,
        "accept": "text/csv, application/json, application/xml;q=0.9, */*;q=0.5",
    }
    if kept is not None:
        for ours, theirs in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
            if theirs in kept.headers:
                headers[ours] = kept.headers[theirs]
    with httpx.Client(
        timeout=patience.timeout, follow_redirects=True, max_redirects=patience.max_redirects, headers=headers
    ) as client:
        insistence = _Insistence(client, moment, patience, sleep, say)
        status, answered, body = insistence.ask(url)
    if status == httpx.codes.NOT_MODIFIED:
        if kept is None:
            raise FeedError("answered 304 to a first request", where=url, accepted=TRY_LATER)
        return Answer(kept.url, kept.fetched_at, kept.sha256, kept.headers, kept.path, unchanged=True)
    return _keep(url, moment, answered, body, folder)


@dataclass(frozen=True)
class _Insistence:
    client: httpx.Client
    now: datetime
    patience: Patience
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def ask(self, url: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the first answer that is not a passing failure."""
        attempts, wait = self.patience.attempts, self.patience.first_wait
        for attempt in range(1, attempts + 1):
            asked = 0.0
            try:
                status, headers, body = self._once(url)
                if status < 500 and status != httpx.codes.TOO_MANY_REQUESTS:
                    _refuse(status, headers, url)
                    return status, headers, body
                trouble = f"answered {status}"
                asked = _retry_after(headers, self.now)
            except httpx.TooManyRedirects as error:
                most = f"more than {self.patience.max_redirects} redirects"
                raise FeedError(most, where=url, accepted="the file's own address") from error
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise FeedError(f"an unusable address: {error}", where=url, accepted=TRY_LATER) from error
            except (httpx.TransportError, httpx.DecodingError) as error:
                trouble = self._trouble(error)
            if attempt < attempts:
                pause = min(max(wait, asked), self.patience.longest_wait)
                host = urlsplit(url).hostname
                self.say(f"{host} {trouble}; attempt {attempt + 1} of {attempts} in {pause:g} s")
                self.sleep(pause)
                wait *= 2
        times = "once" if attempts == 1 else f"{attempts} times"
        raise FeedError(f"{trouble}, {times}", where=url, accepted=TRY_LATER)

    def _trouble(self, error: httpx.RequestError) -> str:
        if isinstance(error, httpx.TimeoutException):
            return f"gave no answer within {self.patience.timeout:g} s"
        if isinstance(error, httpx.ConnectError):
            return "cannot be reached"
        return f"broke off its answer ({type(error).__name__})"

    def _once(self, url: str) -> tuple[int, dict[str, str], bytes]:
        started = time.monotonic()
        chunks: list[bytes] = []
        size = 0
        with self.client.stream("GET", url) as response:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self.patience.max_bytes:
                    limit = f"{self.patience.max_bytes / MEBIBYTE:g} MiB"
                    raise FeedError(f"sends more than {limit}", where=url, accepted="one publisher's file")
                if time.monotonic() - started > self.patience.total:
                    raise httpx.ReadTimeout("the answer as a whole", request=response.request)
                chunks.append(chunk)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status_code, headers, b"".join(chunks)


def _refuse(status: int, headers: dict[str, str], url: str) -> None:
    if status >= 400 or status in range(300, 304) or status in range(305, 400):
        raise FeedError(f"answered {status}", where=url, accepted="it may have moved: see the feed's page")
    kind = headers.get("content-type", "").lower()
    if status != httpx.codes.NOT_MODIFIED and kind.startswith(REFUSED_TYPES):
        raise FeedError(f"sent {kind.split(';')[0]}", where=url, accepted="expected CSV, JSON or XML")


def _retry_after(headers: dict[str, str], now: datetime) -> float:
    """Seconds that the publisher asks to wait; 0 where it does not say."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = _http_date(text)
    return max(0.0, (until - now).total_seconds()) if until else 0.0


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pointer(url: str, folder: Path) -> Path:
    return folder / f"latest-{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"


def _keep(url: str, now: datetime, headers: dict[str, str], body: bytes, folder: Path) -> Answer:
    digest = hashlib.sha256(body).hexdigest()
    path = folder / f"{digest}.body"
    answer = Answer(url, now.isoformat(), digest, headers, path)
    told = asdict(answer) | {"path": path.name}
    del told["unchanged"]
    text = json.dumps(told, indent=2, sort_keys=True).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, body)
        _write(folder / f"{digest}-{now:%Y%m%dT%H%M%SZ}.json", text)
        _write(_pointer(url, folder), text)
    except OSError as error:
        raise FeedError(
            f"the answer cannot be kept: {error.strerror}",
            where=str(folder),
            accepted="a writable folder",
        ) from error
    return answer


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _newest(url: str, folder: Path) -> Answer | None:
    """The newest kept answer of the address; None where there is none, or its bytes are not as kept."""
    try:
        told = json.loads(_pointer(url, folder).read_bytes())
        path = folder / Path(cast(str, told["path"])).name
        headers = {str(name): str(value) for name, value in told["headers"].items()}
        kept = Answer(told["url"], told["fetched_at"], told["sha256"], headers, path)
        same = hashlib.sha256(kept.data).hexdigest() == kept.sha256 and kept.url == url
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return kept if same else None
