"""How a connection to Exotel is made: the address, the proxy, and what a client may not do by itself."""

from __future__ import annotations

import os
import ssl
from urllib.parse import urlsplit

import httpx

from campaignctl import __version__
from campaignctl.errors import UsageError, VendorError
from campaignctl.exotel.failures import Address

#: Where an account lives (Exotel: Create SMS campaign, `subdomain`).
HOSTS = {"singapore": "https://api.exotel.com", "mumbai": "https://api.in.exotel.com"}

#: Trusts no certificate at all. Reading the roots takes longer than all else that a rehearsal does before it asks.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def is_loopback(base: str) -> bool:
    """Return whether a `checked_base` is on this machine."""
    return urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")


def address(base: str, *, named: bool) -> Address:
    """Return what messages call a `checked_base`; `named`: it is not the region's own."""
    where = urlsplit(base)
    names = (f"{where.scheme}_proxy", "all_proxy")
    proxied = any(os.environ.get(each) for one in names for each in (one, one.upper()))
    return Address(where.netloc, named, proxied and not is_loopback(base))


def http_client(auth: tuple[str, str], timeout: float, base: str) -> httpx.Client:
    """Return the connection pool for one account at a `checked_base`. Raises VendorError for settings that cannot be used."""
    loopback = is_loopback(base)
    try:
        return httpx.Client(
            auth=auth,
            headers={
                "User-Agent": f"campaignctl/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            # Without kept connections no request can die of one that the server was just closing.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,
            trust_env=not loopback,  # no proxy stands between us and a sandbox
            verify=_NOBODY if loopback and base.startswith("http:") else True,
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise VendorError(
            f"the network settings of the environment cannot be used ({type(error).__name__}); check HTTPS_PROXY, "
            "HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE"
        ) from error


def checked_base(url: str) -> str:
    """Return scheme and host of --base-url. Raises UsageError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("the base URL is not a web address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise UsageError("the base URL must be like https://api.in.exotel.com: a scheme and a host")
    if parts.username or parts.password:
        raise UsageError(
            "the base URL must not hold credentials; they come from EXOTEL_API_KEY and EXOTEL_API_TOKEN"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError("the base URL is a scheme and a host alone; the path is appended")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    try:
        known = httpx.URL(f"{parts.scheme}://{host}")
        (known.host + known.raw_host.decode("ascii")).encode("idna")  # `host` decodes xn--, and may fail
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UsageError(f"the base URL names no host that can exist ({parts.hostname})") from error
    if port == 0:
        raise UsageError("the base URL's port cannot be 0")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
