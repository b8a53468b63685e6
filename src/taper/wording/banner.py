"""What stands over every paper and table of a plan that no patient may take tablets by."""

from __future__ import annotations

from collections.abc import Iterator

APPROVED = "approved"
"""The status of a protocol whose calendars may be given to a patient."""


def banner(status: str, *, provisional: bool) -> Iterator[str]:
    """The lines over a plan on a terminal; none for one that may be given to a patient.

    `status` is that of its protocol; `provisional` where its infusion is only planned.
    """
    if status != APPROVED:
        yield f"EXAMPLE, NOT FOR PATIENT USE: the protocol is {status}."
    if provisional:
        yield "PROVISIONAL, NOT FOR PATIENT USE: the infusion is only planned."
