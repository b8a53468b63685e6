"""Findings about what people typed: a dose or an arm in their words (§8.2). No word is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper.doses import dose
from taper.planning.findings.case import AnyCase, caution, warning
from taper.planning.labels import Finding
from taper.wording.identifying import names_arm, tells_arm
from taper.wording.instructions import names_dose


def dose_in_text(case: AnyCase) -> Iterator[Finding]:
    """A person's words that name a dose, and are printed as they were typed (§8.2.16)."""
    titles = [("The title of the protocol", each.title) for each in case.plan.protocols]
    for what in dict.fromkeys(what for what, text in (*titles, *case.told) if names_dose(text)):
        yield caution("dose-in-text", f"{what} names a dose: it is none of the plan's.")


def arm_in_text(case: AnyCase) -> Iterator[Finding]:
    """A name or words that tell of an arm of the trial (§8.2.17)."""
    ids = [("The participant's id", case.plan.participant)]
    ids += [("The id of the protocol", each.id) for each in case.plan.protocols]
    ids += [("The version of the protocol", each.version) for each in case.plan.protocols]
    found = [what for what, text in ids if names_arm(text)]
    found += [what for what, text in case.told if tells_arm(text)]
    found += ["The name of a visit" for visit in case.plan.visits if tells_arm(visit.name)]
    for what in dict.fromkeys(found):
        yield warning(
            "arm-in-text",
            f"{what} has a word for an arm, a group or the masking of the trial: whoever reads it "
            "may be unblinded.",
        )


def look_alike(ids: Sequence[str]) -> Iterator[Finding]:
    """Other ids of a batch that are easily taken for the participant's (§8.2.18)."""
    if ids:
        yield warning(
            "look-alike-id",
            f"The id is easily taken for {dose.join(list(ids))}, of the same batch.",
        )


def marked_in_table(remarks: Sequence[str]) -> Iterator[Finding]:
    """What somebody marked in the participant's row, and no value of it says (§8.2.19)."""
    for remark in remarks:
        yield caution(
            "marked-in-table",
            f"In the table {remark}: the row is planned as it stands, make sure that it is meant.",
        )
