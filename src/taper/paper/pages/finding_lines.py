"""The findings on the pages for staff, the most urgent first, with the number of the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from taper.paper.pages.header import typed
from taper.paper.pages.staff import StaffWords, unparted
from taper.paper.pages.tall_man import tall_man
from taper.planning.labels import Finding
from taper.planning.plan import Plan
from taper.wording.severity import MOST_URGENT_FIRST


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with the number of its source."""

    severity: str
    text: str
    about: str
    source: str

    @property
    def said(self) -> str:
        """The row as it is printed."""
        return f"{self.severity} {self.text} {self.about} {self.source}"


def finding_lines(plan: Plan, words: StaffWords) -> Iterator[FindingLine]:
    """The findings, the most urgent first."""
    numbers = {source: i for i, source in enumerate(sources(plan), 1)}
    for found in most_urgent_first(plan.findings):
        step = "" if found.step is None else f", step {found.step}"
        yield FindingLine(
            severity=found.severity.capitalize(),
            text=finding_text(found, words),
            about=f"({found.code}{step})",
            source=f"[{numbers[found.source]}]",
        )


def finding_text(found: Finding, words: StaffWords) -> str:
    """A finding's sentence with tall-man names and dates in words; what was typed stays."""
    ours, mark, theirs = _parted(found.text)
    return unparted(_written_out(tall_man(ours), words)) + mark + typed(theirs)


def _written_out(text: str, words: StaffWords) -> str:
    """The same with each date in words, as everywhere on paper.

    A comma parts its year from a dose right behind it: "2026 7 mg" is read as one number (§10.1.4).
    """

    def written(found: re.Match[str]) -> str:
        day = words.language.full_date(date.fromisoformat(found["day"]))
        return f"{day}," if found["number"] is not None else day

    return _ISO_DATE.sub(written, text)


def sources(plan: Plan) -> tuple[str, ...]:
    """The sources of the findings, in the order in which they are first needed."""
    return tuple(dict.fromkeys(found.source for found in most_urgent_first(plan.findings)))


def most_urgent_first(findings: Iterable[Finding]) -> list[Finding]:
    """The most urgent first; after all others what holds for nearly every plan (§8.4.5)."""
    return sorted(
        findings, key=lambda each: (each.is_advice, MOST_URGENT_FIRST.index(each.severity))
    )


_ISO_DATE = re.compile(r"\b(?P<day>\d{4}-\d\d-\d\d)\b(?P<number>(?= \d))?")
_TYPED_FROM = re.compile("waived by: |accepted by ")
"""Where a finding goes on in a person's own words, which are printed literally."""


def _parted(text: str) -> tuple[str, str, str]:
    match = _TYPED_FROM.search(text)
    return (
        (text, "", "") if match is None else (text[: match.start()], match[0], text[match.end() :])
    )
