"""What is answered to a browser or a program: plain values, which go from process to process."""

from __future__ import annotations

from typing import NamedTuple

API = "/api/"
"""Before the path of whatever answers programs."""
HTML, JSON, PROBLEM = "text/html", "application/json", "application/problem+json"


class Reply(NamedTuple):
    """A status of HTTP, what kind of thing it is, and its bytes.

    `name` is that of a file; one `to_keep` is saved, any other shown.
    """

    status: int
    kind: str
    body: bytes
    name: str | None = None
    to_keep: bool = False


def page(html: str, status: int = 200) -> Reply:
    """A page."""
    return Reply(status, HTML, html.encode())
