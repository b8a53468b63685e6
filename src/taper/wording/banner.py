"""What stands over every paper and table of a plan that no patient may take tablets by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

APPROVED = "approved"
"""The status of a protocol whose calendars may be given to a patient."""


def _(text: str) -> str:
    """What papers say in their reader's language: `make messages` finds it by this name."""
    return text


ELSEWHERE = "elsewhere"
"""The status of steps that somebody else wrote: there is no protocol that they were computed by."""
NOT_COMPUTED = _("NOT COMPUTED FROM A PROTOCOL, NOT FOR PATIENT USE")
EXAMPLE = _("EXAMPLE, NOT FOR PATIENT USE")
DRAFT = _("DRAFT, NOT FOR PATIENT USE: the infusion date is provisional")


def on_paper(status: str, *, provisional: bool) -> Iterator[str]:
    """The lines over every page, to be translated; none for one that a patient may be given.

    `status` is that of the plan's protocol; `provisional` where its infusion is only planned.
    """
    if status == ELSEWHERE:
        yield NOT_COMPUTED
    elif status != APPROVED:
        yield EXAMPLE
    if provisional:
        yield DRAFT


def of_several(plans: Iterable[tuple[str, bool]], those: str) -> Iterator[str]:
    """The same over what shows several plans, by their status and whether each is provisional.

    `those` says which plans are counted, as a table may show others too.
    """
    kinds = Counter(plans)
    apart: Counter[str] = Counter()
    for (status, provisional), count in kinds.items():
        apart.update(dict.fromkeys(banner(status, provisional=provisional), count))
    for said, count in sorted(apart.items()):
        yield (
            said
            if count == kinds.total()
            else f"{said} So for {count} of the {kinds.total()} {those}."
        )


def banner(status: str, *, provisional: bool) -> Iterator[str]:
    """The same on a terminal, where there is room to say why."""
    if status == ELSEWHERE:
        yield f"{NOT_COMPUTED}."
    elif status != APPROVED:
        yield f"{EXAMPLE}: the protocol is {status}."
    if provisional:
        yield "PROVISIONAL, NOT FOR PATIENT USE: the infusion is only planned."
