"""Changes of plain data, as of YAML and JSON: what stands where nobody would put it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Tree = Any
TEXTS: Sequence[str] = (
    "", " ", "0", "-1", "1", "2.5", "25", "0.0001", "1/3", "1/0", "1e9", "1e100000000", "9" * 400,
    "1000000", "0x10", "NaN", "Infinity", "2026-01-31", "2026-02-30", "9999-12-31", "0001-01-01",
    "2026-01-31T00:00", "null", "true", "~", "=1+1", "../x", "/etc/passwd", "a/b.yaml", "none",
    "prednisone", "dexamethasone", "as-baseline", "usual", "12:30", "\uff15", "\u0663", "\u202e25", "25\u200b",
    "\u3164", "A\u0301", "\x00", "\x85", "\ud7ff", "take 40 mg", "<b>&amp;", "{{ 1 }}", "%s", "x" * 5000,
)  # fmt: skip
OTHERS: Sequence[Any] = (
    None, True, False, 0, -1, 1, 10**30, 2.5, -0.0, 1e308, float("inf"), float("nan"), [], {}, [[]],
    {"": ""}, [None], 2**63,
)  # fmt: skip


def places(tree: Tree) -> list[tuple[Any, Any]]:
    """Every place below: what holds it, and its key or position."""
    return list(_places(tree))


def _places(tree: Tree) -> Iterator[tuple[Any, Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree) if is_list(tree) else 0)
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


def is_list(tree: Tree) -> bool:
    return isinstance(tree, list)


def changed(
    tree: Tree, random: Random, donors: Sequence[Tree], others: Sequence[Any] = OTHERS
) -> Tree:
    """The tree with one to four changes; `donors` lend what stands under the same key."""
    tree = deepcopy(tree)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        found = places(tree)
        if not found:
            return tree
        holder, key = random.choice(found)
        random.choice(CHANGES)(holder, key, random, donors, others)
    return tree


def _other_value(holder: Any, key: Any, random: Random, _: Sequence[Tree], others: Any) -> None:
    holder[key] = random.choice((random.choice(TEXTS), random.choice((*others, *TEXTS))))


def _near_value(holder: Any, key: Any, random: Random, _: Sequence[Tree], __: Any) -> None:
    """A number a little or a lot otherwise, a text with a sign more."""
    value = holder[key]
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return
    if isinstance(value, int | float):
        holder[key] = random.choice((value + 1, -value, value * 1000, value / 7))
        return
    at = random.randrange(len(value) + 1)
    holder[key] = (
        value[:at] + random.choice(("9", "0", "-", ".", "é", "\t", " ", "#", ":")) + value[at:]
    )


def _gone(holder: Any, key: Any, *_: Any) -> None:
    del holder[key]


def _twice(holder: Any, key: Any, random: Random, *_: Any) -> None:
    if is_list(holder):
        holder[key:key] = [deepcopy(holder[key]) for _ in range(random.choice((1, 1, 2, 60)))]
    else:
        holder[random.choice((f"{key}_", key.upper(), "name", "arm", "x"))] = deepcopy(holder[key])


def _lent(holder: Any, key: Any, random: Random, donors: Sequence[Tree], _: Any) -> None:
    """What another valid document says under the same key."""
    donor = random.choice(donors) if donors else holder
    same = [h[k] for h, k in places(donor) if k == key] or [h[k] for h, k in places(donor)]
    if same:
        holder[key] = deepcopy(random.choice(same))


def _added(holder: Any, key: Any, random: Random, donors: Sequence[Tree], _: Any) -> None:
    """A key that another valid document has, beside this one."""
    if not isinstance(holder, dict) or not donors:
        return
    named = [(k, h[k]) for h, k in places(random.choice(donors)) if isinstance(k, str)]
    if named:
        more, value = random.choice(named)
        holder[more] = deepcopy(value)


def _nested(holder: Any, key: Any, random: Random, *_: Any) -> None:
    for _ in range(random.choice((1, 2, 25, 300))):
        holder[key] = [holder[key]] if random.random() < 0.5 else {"taper": holder[key]}


def _swapped(holder: Any, key: Any, random: Random, *_: Any) -> None:
    other = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


CHANGES: Sequence[Callable[..., None]] = (
    _other_value, _other_value, _near_value, _near_value, _gone, _twice, _lent, _lent, _lent,
    _added, _nested, _swapped,
)  # fmt: skip
