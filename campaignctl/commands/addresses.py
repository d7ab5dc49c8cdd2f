"""Why a server cannot listen where it was told to, with the option that mends it."""

from __future__ import annotations

import errno
import socket

from campaignctl.words import printable, why


def trouble(error: BaseException, host: str, port: int) -> str:
    """Return why nobody can listen at an address, and what to type."""
    where = f"cannot listen on {printable(host)} port {port}"
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return f"{where}: another program has that port; `--port 0` takes a free one"
    if isinstance(error, (socket.gaierror, UnicodeError)) or code == errno.EADDRNOTAVAIL:
        return f"{where}: this machine has no such address; leave out --host, or give 127.0.0.1 or 0.0.0.0"
    if code in (errno.EACCES, errno.EPERM):
        return f"{where}: ports below 1024 are not for everybody; give a higher --port"
    return f"{where}: {why(error)}; try another --port"
