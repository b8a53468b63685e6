"""How what was read is repeated in a message: quoted, short, and with nothing hidden in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from taper.doses import dose
from taper.wording.characters import escaped, is_seen
from taper.wording.identifying import identifies

MAX_SHOWN = 60
_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)

KeyPath = tuple[str | int, ...]
"""A place in a file: keys, and positions in lists counted from 0."""


class Absent:
    """Stands where a required key is missing, so that its own rule says what is allowed."""


ABSENT = Absent()


def quoted(text: str) -> str:
    """The text in quotation marks, control and invisible characters escaped, shortened."""
    written = repr(text[: MAX_SHOWN + 1])
    mark, body = written[0], escaped(written[1:-1])
    return f"{mark}{_shortened(body)}{mark}"


def plain(text: str) -> str:
    """A name as it is, or quoted where it holds something that does not print."""
    return text if text and is_seen(text) else quoted(text)


def shown(value: object) -> str:
    """What was read at one field; of a list or of keys only that it is one."""
    if value is ABSENT:
        return "missing"
    if isinstance(value, str):
        return quoted(value) if value else "empty"
    if isinstance(value, Mapping):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return f"a list of {entries(len(value))}" if value else "an empty list"
    return _shortened(str(value))


def shown_whole(value: object) -> str:
    """What was read at a field whose parts are each allowed, but not together."""
    if isinstance(value, Mapping | list | tuple):
        return _shortened(repr(_flow(value))[1:-1])
    return shown(value)


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{key}: {'…' if identifies(str(key)) else _flow(v)}" for key, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(item) for item in value)}]"
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def field_name(path: KeyPath) -> str:
    """A place as a person reads it, lists counted from 1: `events[2].date`.

    It ends at a key that would name a person: what stands under one may be the name.
    """
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f"{'.' if name else ''}{_key(part)}"
            if identifies(part):
                break
    return name or "the file"


def _key(key: str) -> str:
    return key if _SIMPLE_KEY.fullmatch(key) else quoted(key)


def entries(count: int) -> str:
    """`1 entry`, `2 entries`."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


def one_of(words: Iterable[str]) -> str:
    """Words as `a, b or c`, in their own order."""
    listed = list(words)
    return dose.join(listed, "or") if listed else "none"


def did_you_mean(typed: str, words: Iterable[str], most: int = 1, likeness: float = 0.6) -> str:
    """` (did you mean x?)`, or nothing where no word is like what was typed."""
    close = get_close_matches(typed[:MAX_SHOWN], list(words), most, likeness)
    return f" (did you mean {one_of(close)}?)" if close else ""
