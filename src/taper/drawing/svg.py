"""The few elements of which a picture in a file of its own is made.

They are written with single quotes, as attributes are easiest to read here, and leave with double
ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape


def text(x: object, y: object, words: str, more: str = "") -> str:
    """Words on a line, from a place on; `more` are further attributes."""
    return f"<text x='{x}' y='{y}' {more}>{_escaped(words)}</text>"


def _escaped(words: str) -> str:
    """Words in which an apostrophe is none of those that become the quotes of an attribute."""
    return escape(words, {"'": "&#39;"})


def path(places: str, stroke: str, more: str = "") -> str:
    """A line that encloses nothing."""
    return f"<path d='{places}' fill='none' stroke='{stroke}' {more}/>"


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """The whole file, on white; `title` is what a reader hears of it."""
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' "
        f"viewBox='0 0 {width} {height}' role='img' font-family='sans-serif' font-size='13'>"
    )
    paper = f"<rect width='{width}' height='{height}' fill='#fff'/>"
    lines = [head, f"<title>{_escaped(title)}</title>", paper, *parts, "</svg>"]
    return "\n".join(lines).replace("'", '"') + "\n"
