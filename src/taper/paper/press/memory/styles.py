"""Properties of which no rule says anything: most of what the renderer works out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_OF_THEIR_OWN = frozenset({"page", "position", "float", "display"})
"""What depends on other properties, whatever no rule says."""


def shortcuts() -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
    """Whose function, its name, and what makes the shorter one from it."""
    import weasyprint.css

    yield weasyprint.css.ComputedStyle, "__missing__", _missing


def _missing(original: Any) -> Any:
    """A property that no rule names is its parent's, or what it is at first."""
    from weasyprint.css import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, check_math
    from weasyprint.css import PHYSICAL_FUNCTIONS as BY_SIDE

    usual = {
        name: value
        for name, value in INITIAL_VALUES.items()
        if name not in _OF_THEIR_OWN and not name.startswith("text_decoration_")
    }
    inherited = {name for name in usual if name in INHERITED}
    initial = {
        name: value
        for name, value in usual.items()
        if name not in inherited | INITIAL_NOT_COMPUTED and not check_math(value)
    }
    logical = frozenset(
        side(block="ttb", inline=inline) for side in BY_SIDE.values() for inline in ("ltr", "rtl")
    )

    def missing(self: Any, key: Any) -> Any:
        cascaded = self.cascaded
        if key in cascaded or (key in BY_SIDE and not logical.isdisjoint(cascaded)):
            return original(self, key)
        if key in initial:
            self[key] = value = initial[key]
            return value
        if key in inherited and self.parent_style is not None:
            value = self.parent_style[key]
            if not check_math(value):
                self[key] = value
                return value
        return original(self, key)

    return missing
