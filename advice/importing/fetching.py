"""Files from the site that is moved from, over the web: from its own hosts alone, and never from a network behind us.

An export is a stranger's file, and may name any address. So only http and https, only the hosts and ports that belong
to the site or that the owner named; their names are resolved here, and what is connected to is the address that was
looked at; redirects stay among those hosts; size, time and number are bounded.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
TIMEOUT = 10  # seconds without a byte
LONGEST = 60  # seconds for one file
REDIRECTS = 3
SILENT = 10  # files in a row for which nobody answered: then the site is taken to be gone
CHUNK = 1 << 16
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Unfetched(Exception):
    """The file did not come; the message says why."""


@dataclass(slots=True)
class Web:
    """`own` are the site's addresses as its export has them; `named` are the hosts that the owner named, as HOST or
    HOST:PORT: these may be in a private network."""

    own: Iterable[str]
    named: Iterable[str]
    limit: int  # bytes
    _ports: dict[str, set[int]] = field(init=False, default_factory=dict)
    _trusted: set[str] = field(init=False, default_factory=set)
    _unanswered: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        for address in self.own:
            parts = urlsplit(address)
            host = (parts.hostname or "").removeprefix("www.")
            for name in (host, f"www.{host}"):
                self._ports.setdefault(name, set()).update({*PORTS.values(), _port(parts)})
        for name in self.named:
            parts = urlsplit(f"http://{name}")
            host = parts.hostname or ""
            self._trusted.add(host)
            self._ports.setdefault(host, set()).update({parts.port} if parts.port else PORTS.values())

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self._ports)

    def fetch(self, address: str) -> bytes:
        """Raises Unfetched."""
        if self._unanswered >= SILENT:
            raise Unfetched(f"the old site did not answer {SILENT} times in a row, and is asked no more")
        until = time.monotonic() + LONGEST
        try:
            for _ in range(REDIRECTS + 1):
                answer = self._ask(address, until)
                if isinstance(answer, bytes):
                    return answer
                address = answer
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._unanswered += isinstance(error, OSError)
            raise Unfetched(f"it could not be fetched: {error}") from error
        raise Unfetched("it is redirected again and again")

    def _ask(self, address: str, until: float) -> bytes | str:
        """The file, or the address to ask instead."""
        parts = urlsplit(address)
        with self._connected(parts, until) as connection:
            path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "GET", path, headers={"Accept": "image/*", "User-Agent": "import (pictures of this site)"}
            )
            answer = connection.getresponse()
            self._unanswered = 0
            if answer.status in (301, 302, 303, 307, 308):
                return urljoin(address, answer.getheader("Location") or "")
            if answer.status != 200:
                raise Unfetched(f"the old site answers {answer.status}")
            return self._read(answer)

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        content = bytearray()
        while piece := answer.read1(CHUNK):
            content += piece
            if len(content) > self.limit:
                raise Unfetched(f"it has more than {self.limit // 1_000_000} MB")
        return bytes(content)

    @contextmanager
    def _connected(self, parts: SplitResult, until: float) -> Iterator[http.client.HTTPConnection]:
        host = parts.hostname or ""
        if parts.scheme not in PORTS or _port(parts) not in self._ports.get(host, ()):
            raise Unfetched("it is not on the old site")
        connected = socket.create_connection((self._resolved(host, _port(parts)), _port(parts)), timeout=TIMEOUT)
        connection = http.client.HTTPConnection(host, _port(parts), timeout=TIMEOUT)
        with _ended(connected, until), closing(connection):
            try:
                if parts.scheme == "https":
                    connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
                connection.sock = connected
                yield connection
            finally:
                connected.close()

    def _resolved(self, host: str, port: int) -> str:
        """The network address that is connected to: a name may lead to another one the next time."""
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        allowed = [address for address in found if host in self._trusted or is_public(address)]
        if not allowed:
            raise Unfetched("its host is in a private network; name it with --picture-host if that is right")
        return allowed[0]


@contextmanager
def _ended(connected: socket.socket, until: float) -> Iterator[None]:
    """Whatever is read there ends at that moment: the socket's own timeout begins anew with every byte, and a line of a
    header may have many. Raises Unfetched."""
    twin = connected.dup()
    timer = threading.Timer(max(0, until - time.monotonic()), _end, [twin])
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError):
        if time.monotonic() < until:
            raise
    finally:
        timer.cancel()
        timer.join()
        twin.close()
    if time.monotonic() >= until:
        raise Unfetched(f"it took more than {LONGEST} seconds")


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def is_public(address: str) -> bool:
    """Also of an IPv4 address that an IPv6 one carries."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 4:
        return found.is_global and not found.is_multicast
    carried = found.ipv4_mapped or found.sixtofour
    if carried is None and found in _NAT64:
        carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if carried is not None:
        return is_public(str(carried))
    return found.is_global and not (found.is_multicast or found.is_site_local or found.is_reserved)


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)
