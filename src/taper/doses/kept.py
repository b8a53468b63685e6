"""Values by which answers are remembered: equal by what they hold, their hash made once.

Hashing fractions anew for each question cost more than the answers. A hash stays in its process:
that of a text is another one elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Self, TypeVar

Item = TypeVar("Item")


class Kept(tuple[Item, ...]):
    """A tuple whose hash is made once."""

    _hash: int | None = None

    @classmethod
    def of(cls, items: Iterable[Item]) -> Self:
        """The tuple of these that others have too: what is one object is compared at once."""
        shared: Self = _shared(cls(items))
        return shared

    def __hash__(self) -> int:
        made = self._hash
        if made is None:
            made = self._hash = tuple.__hash__(self)
        return made

    def __reduce__(self) -> tuple[type[Kept[Item]], tuple[tuple[Item, ...]]]:
        return type(self), (tuple(self),)


AnyKept = TypeVar("AnyKept", bound=Kept[Any])


@lru_cache(maxsize=16384)
def _shared(kept: AnyKept) -> AnyKept:
    return kept


class HashKept:
    """A frozen dataclass whose hash is made once; it says `__hash__ = HashKept.__hash__` itself.

    Without that line the decorator would make one of its own.
    """

    __slots__ = ("_hash",)
    __match_args__: ClassVar[tuple[str, ...]]
    _hash: int

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            made = hash(tuple(getattr(self, name) for name in self.__match_args__))
            object.__setattr__(self, "_hash", made)
            return made
