"""How a sheet is shown: its facts beside their labels."""

from __future__ import annotations

from collections.abc import Iterable

from taper.wording.layout import wrapped

Labelled = Iterable[tuple[str, str]]
_MARGIN = 16


def facts(pairs: Labelled) -> str:
    """Texts beside their labels; an empty one is left out."""
    return "\n".join(wrapped(text, f"{label:<{_MARGIN}}") for label, text in pairs if text)


def list_of(label: str, texts: Iterable[str]) -> Labelled:
    """A label, and every text behind a hyphen."""
    return [(f"{label if i == 0 else '':<{_MARGIN}}- ", text) for i, text in enumerate(texts)]
