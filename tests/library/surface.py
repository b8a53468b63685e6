"""What the library offers, a line a name: `make surface` writes it, a test holds it.

A change of it is told in CHANGELOG.md, whose newest part says the listing's digest. So it cannot
be forgotten: another listing has another digest.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import taper

MODELS = {"Participant", "Protocol", "Trial"}
"""Made by reading and handed on: what is in them is what the files' schemas say."""
LISTING = Path(__file__).with_name("surface.txt")
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def listing() -> str:
    """Every name with its type or signature, and what its docstring says first."""
    return "\n".join(line for name in sorted(taper.__all__) for line in _lines(name)) + "\n"


def digest(of: str) -> str:
    """How CHANGELOG.md names a listing."""
    return f"surface {hashlib.sha256(of.encode()).hexdigest()[:8]}"


def newest_changes() -> str:
    """The part of CHANGELOG.md that is not released, or was last."""
    return CHANGELOG.read_text(encoding="utf-8").split("\n## ")[1]


def _lines(name: str) -> Iterator[str]:
    value = getattr(taper, name)
    full = f"taper.{name}"
    if not inspect.isclass(value):
        yield _function(full, value) if callable(value) else f"{full}: {type(value).__name__}"
        return
    bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
    yield _said(f"class {full}({bases})" if bases else f"class {full}", value)
    if name not in MODELS:
        yield from sorted(_attributes(full, value))


def _attributes(full: str, of: type[Any]) -> set[str]:
    """What a class has by this package, its parents' included."""
    found: dict[str, str] = {}
    for owner in reversed(of.__mro__):
        if owner.__module__.startswith("taper."):
            found.update(_own(full, owner))
    return set(found.values())


def _own(full: str, owner: type[Any]) -> Iterator[tuple[str, str]]:
    if issubclass(owner, Enum):
        yield from ((each.name, f"{full}.{each.name} = {each.value}") for each in owner)
    for name, annotation in inspect.get_annotations(owner).items():
        if _is_public(name):
            written = getattr(annotation, "__forward_arg__", annotation)  # as a named tuple has it
            yield name, f"{full}.{name}: {written}"
    for name, value in vars(owner).items():
        if not _is_public(name):
            continue
        function = getattr(value, "func", None) or getattr(value, "fget", None)
        if function is not None:
            returned = inspect.signature(function).return_annotation
            yield name, _said(f"{full}.{name}: {returned}", function)
        elif isinstance(value, classmethod | staticmethod):
            yield name, _function(f"{full}.{name}", value.__func__)
        elif inspect.isfunction(value):
            yield name, _function(f"{full}.{name}", value)


def _is_public(name: str) -> bool:
    return not name.startswith("_") and not name.startswith("model_")


class _AsWritten:
    """An annotation, which a signature would put into quotation marks."""

    def __init__(self, annotation: str) -> None:
        self.annotation = annotation

    def __repr__(self) -> str:
        return self.annotation


def _function(full: str, function: Any) -> str:
    signature = inspect.signature(function)
    parameters = [
        each
        if each.annotation is each.empty
        else each.replace(annotation=_AsWritten(each.annotation))
        for each in signature.parameters.values()
    ]
    returned = _AsWritten(signature.return_annotation)
    written = signature.replace(parameters=parameters, return_annotation=returned)
    return _said(f"{full}{written}", function)


def _said(what: str, documented: Any) -> str:
    first = (inspect.getdoc(documented) or "").partition("\n")[0]
    return f"{what}  # {first}" if first else what


if __name__ == "__main__":
    LISTING.write_text(listing(), encoding="utf-8")
    print(f"CHANGELOG.md must say what changed, and ({digest(listing())}).")
