"""Whether a request is an order in force: its status, its intent, and what may turn it around.

The words are those of R4 (MedicationRequest.status and .intent), and `ended`, which R5 has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from taper.sources.fhir.elements import Element
from taper.sources.fhir.schedule import Contradiction
from taper.wording.quoting import quoted
from taper.wording.severity import Severity

_INFO, _CAUTION, _WARNING = Severity.INFO, Severity.CAUTION, Severity.WARNING
_NEVER = frozenset({"cancelled", "entered-in-error", "stopped", "ended"})
_STATUSES = {
    "draft": ("draft", _INFO, "drafts, by which nobody may act yet"),
    "on-hold": ("on-hold", _INFO, "on hold, by which nobody may act now"),
    "completed": ("completed", _CAUTION, "completed, by which nobody acts any more"),
    "unknown": ("no-status", _CAUTION, "of an unknown status: nobody knows whether they hold"),
    "": ("no-status", _CAUTION, "without a status: nobody knows whether they hold"),
}
_PART = "that is part of another order, or follows from one, and may not say the whole"
_INTENTS = {
    "plan": (_INFO, "that is no order, and nobody may act by it alone"),
    "proposal": (_CAUTION, "that is no order, and nobody may act by it"),
    "option": (_CAUTION, "that is one choice of several and no order, and nobody may act by it"),
    "reflex-order": (_CAUTION, _PART),
    "filler-order": (_CAUTION, _PART),
    "instance-order": (_CAUTION, _PART),
    "": (_CAUTION, "whether it is an order is not said"),
}
_ORDERS = frozenset({"order", "original-order"})
_TURNS_AROUND = "which may turn its meaning around"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a request is not read."""

    code: str
    severity: Severity
    said: str

    def of(self, label: str) -> Contradiction:
        """It, said of the request."""
        return Contradiction(self.code, self.severity, f"{label}: {self.said}")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a request that is read is no order in force: what those like it are."""

    code: str
    severity: Severity
    are: str


def why_never(element: Element) -> WhyNot | None:
    """Why a request must not be read at all; None where it may be."""
    status = element.text("status")
    if status in _NEVER:
        return WhyNot("not-in-force", _INFO, f"its status is {status}, so it was not read.")
    if element.flag("doNotPerform"):
        return WhyNot("not-in-force", _INFO, "it forbids the drug, so it was not read.")
    turned = turned_around(element)
    if turned is not None:
        return WhyNot("modified", _WARNING, f"it has {turned}, {_TURNS_AROUND}: it was not read.")
    return None


def turned_around(element: Element) -> str | None:
    """What of an element only those may read who know it: R4 forbids everybody else to go on."""
    if element.has("implicitRules"):
        return f"implicitRules ({quoted(element.text('implicitRules'))})"
    found = next(_modifiers(element.value), None)
    return None if found is None else f"a modifierExtension ({quoted(found)})"


def _modifiers(value: Any) -> Iterator[str]:
    """The address of each modifier at any depth, but for what is held within for others.

    One after the other, as a file may be deeper than functions may call themselves.
    """
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, list):
            left += each
        elif isinstance(each, dict):
            yield from _own(each.get("modifierExtension"))
            left += [v for key, v in each.items() if key not in ("modifierExtension", "contained")]


def _own(modifiers: Any) -> Iterator[str]:
    if modifiers:
        is_whole = _is_list_of_elements(modifiers)
        yield str(modifiers[0].get("url")) if is_whole else str(modifiers)


def _is_list_of_elements(value: Any) -> bool:
    return isinstance(value, list) and isinstance(value[0], dict)


def doubts_of(element: Element) -> tuple[Doubt, ...]:
    """Why it is no order in force, as far as its own words say; nothing where it is one."""
    return tuple(_doubts(element))


def _doubts(element: Element) -> Iterator[Doubt]:
    status, intent = element.text("status"), element.text("intent")
    if status != "active":
        unknown = ("no-status", _CAUTION, f"of the status {quoted(status)}, which R4 has not")
        yield Doubt(*_STATUSES.get(status, unknown))
    if intent not in _ORDERS:
        severity, why = _INTENTS.get(intent, (_CAUTION, "which is no intent of R4"))
        called = f"of the intent {quoted(intent)}" if intent else "without an intent"
        yield Doubt("no-order", severity, f"{called}: {why}")
    if element.flag("reportedBoolean") or element.has("reportedReference"):
        yield Doubt("no-order", _CAUTION, "reported by somebody, and no orders of their own")


def told(doubts: Iterable[tuple[Doubt, ...]]) -> Iterator[Contradiction]:
    """What the requests are that are read, where that is no order in force."""
    each = list(doubts)
    for doubt, count in Counter(one for some in each for one in some).items():
        said = f"{count} of {len(each)} requests are {doubt.are}."
        yield Contradiction(doubt.code, doubt.severity, said)
