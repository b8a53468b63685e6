"""Steps as somebody types or pastes them: `prednisone 20 mg for 7 days, then 15 mg for 1 week`.

A dose with how long it is taken makes a step, whatever is said between them; a word that is not
known is refused. Longer than other modules: a line is read word by word, and each kind of word by
what stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import NoReturn

from taper.doses import dose
from taper.errors import Refusal
from taper.sources.drugs import UnknownDrugError, in_plain_tablets
from taper.sources.written import made, words
from taper.sources.written.steps import (
    THOUSANDS,
    THOUSANDS_ALLOWED,
    Counted,
    Written,
    WrittenStep,
    WrittenTotal,
)
from taper.sources.written.tokens import (
    DASHES,
    IN_FIGURES,
    Tokens,
    days_in,
    has_dose_behind,
    is_beside_dose,
    kind_at,
    one_at,
    said_at,
    span_at,
    tokens_of,
    with_dates,
)
from taper.trial.fields import MAX_DAYS, parse_date
from taper.wording.quoting import shown
from taper.wording.words import folded

_BULLET = re.compile(r"\s*(?:[*•–—-]\s+|(?P<number>[0-9]{1,3})[.)]\s+)?")
_COMMA = re.compile(r"[0-9]+,[0-9]+")
STEP_ALLOWED = "a day's dose in mg and how long, such as 20 mg for 7 days"
_DATE_ALLOWED = "a date as 2026-05-14 or 14 May 2026, which no country reads otherwise"
_TOTAL = re.compile(
    r"(?P<n>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[^\W\d_]+|×)"
    r"(?:\s+(?:of|zu|de)\b)?(?:\s*(?P<mg>[0-9]+(?:\.[0-9]+)?)\s*mg\b)?"
)


@dataclass(slots=True)
class _Begun:
    """What was said of a step so far; a drug alone is none yet."""

    drug: str | None = None
    dose: Fraction | None = None
    length: int | None = None
    start: date | None = None
    end: date | None = None
    span: tuple[int, int] | None = None
    tablets: Fraction | None = None

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, each.name) is None for each in fields(self)[1:])

    @property
    def is_whole(self) -> bool:
        """Whether another dose or length begins another step."""
        lasts = self.length or self.span or self.start
        return self.dose is not None and lasts is not None


def written_in(text: str, name: str, drug: str | None) -> Written:
    """The steps of a text; `drug` is what is taken where the text names none."""
    reading = _Reading(name, drug)
    for number, line in enumerate(text.splitlines(), start=1):
        reading.line(f"line {number}", line)
    if not reading.steps:
        raise Refusal.of(name, "the text", "one without a step", STEP_ALLOWED)
    return Written(reading.steps, reading.totals, reading.stops)


class _Reading:
    """A text while it is read line after line."""

    def __init__(self, name: str, drug: str | None) -> None:
        self.steps: list[WrittenStep] = []
        self.totals: list[WrittenTotal] = []
        self.stops = False
        self._items = 0
        self._name, self._drug, self._place = name, drug, ""
        self._begun = _Begun()

    def line(self, place: str, line: str) -> None:
        """Read one line; a step never goes over its end."""
        self._place = place
        odd = next((c for c in line if not c.isascii() and re.search("[0-9]", folded(c))), "")
        if odd:  # the mark of a footnote would become a figure of the dose
            self._refuse(odd, "plain figures, without fractions and marks of footnotes")
        said = self._with_dates(self._without_bullet(folded(line)))
        if words.TOTAL & set(re.findall(r"[^\W\d_]+", said)):
            self._total(said)
            return
        marked, of_tablets = made.marked(said)
        comma = _COMMA.search(marked)
        if comma:
            self._refuse(comma[0], "a point in a number, as 7.5, or a space after the comma")
        tokens = tokens_of(marked)
        i = 0
        while i < len(tokens):
            i = self._read(tokens, i, of_tablets)
        self._end_step()

    def _without_bullet(self, said: str) -> str:
        """The line without the sign or the number of an item of a list."""
        bullet = _BULLET.match(said)
        assert bullet is not None  # it may be empty
        if bullet["number"]:
            self._items += 1
            if int(bullet["number"]) != self._items:  # `2. 5 mg` may be 2.5 mg
                self._refuse(said[: bullet.end() + 1], "items that are counted 1, 2, 3, or none")
        return said[bullet.end() :]

    def _with_dates(self, said: str) -> str:
        """The line with dates in words as ISO; one in figures that is none is refused."""
        figures = IN_FIGURES.search(said)
        if figures:
            self._refuse(figures[0], _DATE_ALLOWED)
        return with_dates(said)

    # One thing after the other ----------------------------------------------------------------

    def _read(self, tokens: Tokens, i: int, of_tablets: list[Fraction]) -> int:
        """Read what is said at a place; where it goes on."""
        kind, said = tokens[i]
        match kind:
            case "date":
                is_last = self._begun.start or said_at(tokens, i - 1) in words.BEFORE_LAST
                self._take("end" if is_last else "start", self._date(said))
            case "made":
                self._take("tablets", of_tablets[int(said.strip(made.MARK))])
            case "end":
                self._end_step()
            case "number":
                return self._number(tokens, i)
            case "word":
                return self._word(tokens, i)
            case "mark" if said in DASHES and kind_at(tokens, i + 1) == "number":
                self._refuse(f"{said}{tokens[i + 1].said}", STEP_ALLOWED)
            case "mark" if said == "/" and kind_at(tokens, i + 1) == "number":
                self._refuse(f"/{tokens[i + 1].said}", STEP_ALLOWED)
            case "bare":
                self._refuse(said, f"a figure before the point, as 0{said}")
            case "other":
                self._refuse(said, STEP_ALLOWED)
        return i + 1

    def _number(self, tokens: Tokens, i: int) -> int:
        said, unit = tokens[i].said, said_at(tokens, i + 1)
        if unit in words.MG:
            self._take("dose", self._mg(said))
        elif unit in words.DAYS | words.WEEKS:
            self._take("length", self._whole(said) * days_in(unit))
        else:
            usual = f"a number with mg, days or weeks behind it: {STEP_ALLOWED}"
            self._refuse(f"{said} {unit}".strip(), words.REFUSED.get(unit, usual))
        return i + 2

    def _word(self, tokens: Tokens, i: int) -> int:
        said = tokens[i].said
        one = one_at(tokens, i)
        if one is not None:
            self._take("length", days_in(tokens[one - 1].said))
            return one
        span = span_at(tokens, i) if said in words.DAYS | words.WEEKS else None
        if span is not None:
            first, last, end = span
            times = days_in(said)
            self._take("span", ((first - 1) * times + 1, last * times))
            return end
        if said in words.THEN:
            self._end_step()
        elif said in words.STOP:
            self._end_step()
            self.stops = True
        elif not self._is_passed_over(tokens, i):
            self._name_drug(tokens, i)
        return i + 1

    def _is_passed_over(self, tokens: Tokens, i: int) -> bool:
        said, after = tokens[i].said, kind_at(tokens, i + 1)
        if said in words.EVERY and after == "number":
            self._refuse(f"{said} {tokens[i + 1].said}", "the dose of each day, a line each")
        if said in words.UNTIL and after != "date":
            self._refuse(said, "a date behind it, or so many days")
        if said in words.REFUSED:
            self._refuse(said, words.REFUSED[said])
        if said == "x":
            return after == "number" and kind_at(tokens, i - 1) != "number"
        return said in words.PASSED_OVER | words.DAYS | words.TABLETS | words.UNTIL

    def _name_drug(self, tokens: Tokens, i: int) -> None:
        """A drug, which holds from here on; of two in a step nobody knows which is meant."""
        said = tokens[i].said
        try:
            drug = in_plain_tablets(said)
        except UnknownDrugError as wrong:
            allowed = f"words that are known in a step, or a drug: {wrong}"
            raise Refusal.of(
                self._name, self._place, f"{shown(said)}{wrong.because}", allowed
            ) from None
        begun = self._begun
        if begun.drug is not None and begun.is_whole and begun.drug != drug:
            self._end_step()
        elif begun.drug not in (None, drug) or not self._is_of_this_dose(tokens, i, drug):
            self._refuse(said, "one drug for each dose, before it or beside it")
        self._begun.drug = drug

    def _is_of_this_dose(self, tokens: Tokens, i: int, drug: str) -> bool:
        """Whether a drug can be of the step's own dose alone, and of none before or behind it."""
        if not self._begun.is_whole or drug == self._drug:
            return True
        if is_beside_dose(tokens, i):
            return True
        return self._drug is None and not has_dose_behind(tokens, i)

    # A step -----------------------------------------------------------------------------------

    def _take(self, what: str, value: object) -> None:
        is_said = getattr(self._begun, what) is not None
        if self._begun.is_whole and (what in ("dose", "span") or (is_said and what == "length")):
            self._end_step()
        elif is_said:
            self._refuse_step(
                f"one with more than one {_CALLED[what]}", f"one of each in a step: {STEP_ALLOWED}"
            )
        setattr(self._begun, what, value)

    def _end_step(self) -> None:
        begun, self._begun = self._begun, _Begun()
        self._drug = begun.drug or self._drug
        if self.stops and begun.dose is not None:
            self._refuse_step("a dose after the end", "nothing after it, or 0 mg for so many days")
        if begun.is_empty:
            return
        if begun.dose is None:
            self._refuse_step("a length without a dose", STEP_ALLOWED)
        if self._drug is None:
            self._refuse_step("one without a drug", "the drug before its doses, or --drug")
        first, last = begun.span or (None, None)
        self.steps.append(
            WrittenStep(
                self._place,
                self._drug,
                begun.dose,
                begun.length,
                begun.start,
                begun.end,
                first,
                last,
                begun.tablets,
            )
        )

    def _total(self, said: str) -> None:
        """A sum: so many mg, days, or tablets of a strength."""
        found = list(_TOTAL.finditer(said))
        if len(found) != 1:
            self._refuse(said, "one sum a line: total 350 mg, 28 days or 49 tablets of 5 mg")
        n, unit, mg = found[0]["n"], found[0]["unit"], found[0]["mg"]
        of: Counted
        if unit in words.MG:
            of = "mg"
        elif unit in words.DAYS | words.WEEKS:
            of = "days"
        elif mg is not None and unit in words.TABLETS | {"x", "×"}:
            of = "tablets"
        else:
            self._refuse(said, "total 350 mg, 28 days or 49 tablets of 5 mg")
        value = Fraction(n) * (days_in(unit) if of == "days" else 1)
        self.totals.append(
            WrittenTotal(self._place, of, value, Fraction(mg) if of == "tablets" else None)
        )

    # Values -----------------------------------------------------------------------------------

    def _mg(self, said: str) -> Fraction:
        if THOUSANDS.search(said):
            self._refuse(f"{said} mg", THOUSANDS_ALLOWED)
        try:
            return dose.parse(said)
        except ValueError as allowed:
            self._refuse(f"{said} mg", str(allowed))

    def _whole(self, said: str) -> int:
        if not said.isdecimal() or not 0 < int(said[:6]) <= MAX_DAYS:
            self._refuse(said, f"a whole number of days, at most {MAX_DAYS}")
        return int(said)

    def _date(self, said: str) -> date:
        try:
            return parse_date(said)
        except ValueError as allowed:
            self._refuse(said, str(allowed))

    def _refuse(self, read: str, allowed: str) -> NoReturn:
        self._refuse_step(shown(read), allowed)

    def _refuse_step(self, what: str, allowed: str) -> NoReturn:
        """Of what a step says or lacks as a whole, in our words and not in quotation marks."""
        raise Refusal.of(self._name, self._place, what, allowed)


_CALLED = {
    "dose": "dose in mg",
    "length": "length",
    "start": "first date",
    "end": "last date",
    "span": "count of days or weeks",
    "tablets": "list of tablets",
}
