"""Whose requests are answered, and what a browser may do with the answers.

A page of another site that a browser has open must not ask this one in its reader's name: the host
must be one of ours (another name may lead to this machine), and so must be the origin of whatever
is sent. There is no cookie, so that nobody is known by anything but the request itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from taper.web.settings import Settings
from taper.wording.quoting import one_of, quoted

SAFE_METHODS = frozenset({"GET", "HEAD"})
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer carries. A form without script sends `Origin: null` under a stricter policy."""
KEPT_NOWHERE = "no-store"
LONGEST_NAME = 200


def refused(method: str, headers: Mapping[str, str], settings: Settings) -> str | None:
    """Why a request is not answered, None for one that is."""
    host = headers.get("Host", "")
    if host.casefold() not in settings.hosts:
        return f"The host is {_read(host)}; allowed: {one_of(sorted(settings.hosts))}."
    if method in SAFE_METHODS:
        return None
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site", "none")
    if origin is not None and not _is_ours(origin, settings):
        return (
            f"The origin is {_read(origin)}; allowed: a page of {one_of(sorted(settings.hosts))}."
        )
    if site not in ("same-origin", "none"):
        return (
            f"The request comes from {_read(site)}; allowed: a page of this server, or a program."
        )
    return None


def of_nobody(header: str, name: str) -> str | None:
    """Why a header of the proxy names nobody, None where it does.

    Two headers reach a server as one with a comma between: whether that is a name or two, of which
    a stranger sent one, cannot be told. Nor could who and why be, of which the name is the first.
    """
    if not name:
        return f"{header} is missing; allowed: requests of the proxy that says who asks."
    if "," in name:
        allowed = "one such header, with a name without a comma, as a user id is"
        return f"{header} is sent twice or has a comma in it; allowed: {allowed}."
    if len(name) > LONGEST_NAME:
        return f"{header} is {len(name)} characters; allowed: at most {LONGEST_NAME}."
    return None


def _is_ours(origin: str, settings: Settings) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.casefold() in settings.hosts


def _read(value: str) -> str:
    return quoted(value) if value else "missing"
