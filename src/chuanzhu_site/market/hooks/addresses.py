"""Which addresses a webhook may have, and speaking to exactly the address that was looked at.

Whoever may name an address could make our server speak to its own neighbours: the database, the machine's metadata,
a printer. So a name is resolved once, every address of it must be one of the open internet, and the connection goes to
that very address: a name that answers differently the second time is not asked a second time.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS: Final = 5.0
MOST_SECONDS: Final = 10.0
MOST_BYTES: Final = 16 * 1024
_HTTPS_PORT, _HTTP_PORT, _FIRST_FREE_PORT = 443, 80, 1024
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")
_LONGEST: Final = 300
_SUCCESS, _REDIRECTS = range(200, 300), range(300, 400)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """An address that is not spoken to; the text says why and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a call: the status of the answer, or 0 and what went wrong."""

    status: int = 0
    error: str = ""
    took_ms: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the other side took it."""
        return self.status in _SUCCESS


def check_url(url: str) -> SplitResult:
    """Return the parts of an address that could be spoken to. Raises BadAddress."""
    if len(url) > _LONGEST or not _PRINTABLE.fullmatch(url):
        raise BadAddress(f"地址要写成 https://example.com/hook 这样,只用英文字母、数字和符号,最多 {_LONGEST} 个字符")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"“{url}”不是合格的地址;请写成 https://example.com/hook 这样") from error
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise BadAddress(f"“{url}”不是网址;请写成 https://example.com/hook 这样")
    if parts.scheme == "http" and not settings.HOOK_NETWORKS:
        raise BadAddress("回调地址要用 https:// 开头,别人才看不到内容")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress("地址里不要写用户名、密码和 #;请用签名核对是谁发的")
    if port is not None and port != _HTTPS_PORT and port < _FIRST_FREE_PORT and not settings.HOOK_NETWORKS:
        raise BadAddress(f"端口 {port} 不能用;请用 443 或 1024 以上的端口")
    return parts


def resolve(parts: SplitResult) -> str:
    """Look a name up and return the one address to connect to. Raises BadAddress where any of them is not open."""
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise BadAddress(f"查不到“{parts.hostname}”的地址;请检查域名") from error
    addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
    for address in addresses:
        if not is_open(address):
            raise BadAddress(f"“{parts.hostname}”指向内部地址,不能用;请用外网能访问的地址")
        if parts.scheme == "http" and not _is_ours(address):
            raise BadAddress("回调地址要用 https:// 开头,别人才看不到内容")
    return str(addresses[0])


def is_open(address: Address) -> bool:
    """Tell whether an address is one of the open internet, or of the networks that the installation allows.

    An address that wraps another one (mapped, 6to4, Teredo, NAT64) is as open as what it wraps.

    >>> [is_open(ipaddress.ip_address(one)) for one in ("1.1.1.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    inside = list(_wrapped(address))
    if _is_ours(address) or inside:
        return all(map(is_open, inside))
    is_local = address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not is_local


def _is_ours(address: Address) -> bool:
    return any(address in network for network in settings.HOOK_NETWORKS)


def _wrapped(address: Address) -> Iterator[Address]:
    if not isinstance(address, ipaddress.IPv6Address):
        return
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
    if address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send a call and return what came of it; never raises for what the other side does."""
    started = time.monotonic()

    def outcome(*, status: int = 0, error: str = "") -> Outcome:
        return Outcome(status=status, error=error, took_ms=round((time.monotonic() - started) * 1000))

    try:
        parts = check_url(url)
        status = _send(parts, resolve(parts), body=body, headers=headers)
    except BadAddress as error:
        return outcome(error=str(error))
    except ssl.SSLError as error:
        return outcome(error=f"证书或加密不对:{error.reason or '握手失败'}")
    except TimeoutError:
        return outcome(error=f"{SECONDS:.0f} 秒内没有答复")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return outcome(error=f"连不上或答复不完整:{type(error).__name__}")
    if status in _REDIRECTS:
        return outcome(status=status, error="答复要跳到别的地址,不跟着去;请把回调改成最终地址")
    return outcome(status=status, error="" if status in _SUCCESS else f"答复的状态是 {status},应为 200 到 299")


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, whatever the name would resolve to now."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=SECONDS)
        self._address: Final = address
        self._context: Final = ssl.create_default_context() if parts.scheme == "https" else None

    def connect(self) -> None:
        """Connect to the address; the certificate must be that of the name."""
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread."""
        with contextlib.suppress(OSError):
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)


def _send(parts: SplitResult, address: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Return the status of the answer, of which little is read; who answers letter by letter is cut off."""
    connection = _Pinned(parts, address)
    watch = threading.Timer(MOST_SECONDS, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
        return answer.status
    finally:
        watch.cancel()
        connection.close()


def _port(parts: SplitResult) -> int:
    return parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
