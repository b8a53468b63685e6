"""A plan as sentences to paste into an electronic prescription, with the exact quantities.

A prescriber's program takes a text of at most 1,000 characters. In the United States and in England
one text tells several steps; in Germany each step is a prescription of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.quantities import needed_over
from taper.doses.tablets import Tablets
from taper.errors import Refusal
from taper.exports.sig.words import Words, words_for
from taper.planning.plan import Plan, Step
from taper.record.plan_document import SHORT_ID
from taper.wording.banner import banner, on_paper

MOST_CHARACTERS = 1000
"""How long a text may be: NCPDP SCRIPT 2017071 and later give as many to `SigText`."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text, and what is handed out for its days: a line a strength."""

    said: str
    first: date
    last: date
    quantities: tuple[str, ...]


def refusal(plan: Plan, issued: date) -> Refusal | None:
    """Why there are no such sentences of the plan; None where there are."""
    words = words_for(plan.locale)
    if words is None:
        return _refused(plan, "locale", plan.locale, "a locale of the US, an English or German one")
    if plan.last_day < issued:
        said = f"{plan.last_day} as the last day"
        return _refused(plan, "days", said, f"a plan with days from {issued} on, its day of issue")
    longest = max(len(said) for _, said in _Writing(plan, "0" * SHORT_ID, words).told(issued))
    if longest > MOST_CHARACTERS:
        said = f"a step that takes {longest} characters to say"
        return _refused(plan, "steps", said, f"steps of at most {MOST_CHARACTERS} each")
    return None


def _refused(plan: Plan, field: str, read: str, allowed: str) -> Refusal:
    return Refusal.of(plan.participant, f"format sig, {field}", read, allowed)


def file_of(plan: Plan, plan_id: str, issued: date) -> str:
    """The texts with what whoever pastes them must know; raises `Refusal` where there are none."""
    refused = refusal(plan, issued)
    if refused is not None:
        raise refused
    told = texts(plan, plan_id, issued)
    blocks = ["\n".join(_head(plan, plan_id, issued, len(told)))]
    for number, each in enumerate(told, start=1):
        size = f"{len(each.said)} characters, {each.first} to {each.last}"
        blocks.append(f"--- Text {number} of {len(told)}, {size} ---\n{each.said}")
        blocks.append("\n".join([f"--- Dispense for text {number} ---", *each.quantities]))
    return "\n\n".join(blocks) + "\n"


def _head(plan: Plan, plan_id: str, issued: date, several: int) -> Iterator[str]:
    revision = "" if plan.revision is None else f", revision {plan.revision}"
    yield (
        f"{plan.participant}, plan {plan_id[:SHORT_ID]}{revision}, issued {issued}, protocol "
        f"{plan.protocol.id} version {plan.protocol.version} ({plan.status})."
    )
    yield from banner(plan.status, provisional=plan.provisional)
    yield "Paste a text into the prescription of each strength below it, with that quantity."
    if several > 1:
        words = words_for(plan.locale)
        why = (
            "one a step"
            if words and words.is_per_step
            else f"none of more than {MOST_CHARACTERS} characters"
        )
        yield f"There are {several} texts, {why}."


def texts(plan: Plan, plan_id: str, issued: date) -> list[Text]:
    """The texts in order, for the days from that of issue on.

    A text holds as many steps of one drug as fit into it, or one where that is the country's form.
    """
    words = words_for(plan.locale)
    assert words is not None  # a plan that has them was asked for
    told = _Writing(plan, plan_id[:SHORT_ID], words).told(issued)
    return [
        Text(said, spans[0].start, spans[-1].end, tuple(_quantities(spans, words)))
        for spans, said in told
    ]


# The days -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Span:
    """Days with the same instruction, from the day of issue on; doses and tablets are a cycle."""

    start: date
    days: int
    drug: str
    doses: tuple[Fraction, ...]
    tablets: tuple[Tablets, ...]

    @property
    def end(self) -> date:
        return self.start + timedelta(self.days - 1)

    def goes_on_as(self, other: _Span) -> bool:
        """Whether nobody would see where the other begins."""
        same = (self.drug, self.doses, self.tablets) == (other.drug, other.doses, other.tablets)
        return same and len(self.doses) == 1

    def days_of(self, turn: int) -> int:
        """How often one day of the cycle comes."""
        return -(-(self.days - turn) // len(self.doses))


def _spans(plan: Plan, issued: date) -> Iterator[_Span]:
    before: _Span | None = None
    for each in (_cut(step, issued) for step in plan.steps if step.end >= issued):
        if before is not None and before.goes_on_as(each):
            before = _Span(before.start, before.days + each.days, *_taken(before))
            continue
        if before is not None:
            yield before
        before = each
    if before is not None:
        yield before


def _taken(span: _Span) -> tuple[str, tuple[Fraction, ...], tuple[Tablets, ...]]:
    return span.drug, span.doses, span.tablets


def _cut(step: Step, issued: date) -> _Span:
    """What is left of a step, its cycle begun where it stands on that day."""
    gone = max((issued - step.start).days, 0)
    days, length = step.days - gone, len(step.daily_mg)
    turns = [(gone + i) % length for i in range(min(length, days))]
    return _Span(
        step.start + timedelta(gone),
        days,
        step.drug,
        tuple(step.daily_mg[i] for i in turns),
        tuple(step.tablets[i] for i in turns),
    )


def _quantities(spans: Sequence[_Span], words: Words) -> Iterator[str]:
    """What the days take of each strength, the largest first, each counted once."""
    counts: dict[tuple[Fraction, bool], list[tuple[Fraction, int]]] = {}
    for span in spans:
        for turn, tablets in enumerate(span.tablets):
            for each in tablets:
                taken = counts.setdefault((each.strength_mg, each.in_ml), [])
                taken.append((each.count, span.days_of(turn)))
    for mg, in_ml in sorted(counts, reverse=True):
        needed = Fraction(needed_over(counts[mg, in_ml], in_ml=in_ml))
        yield words.dispensed(spans[0].drug, mg, needed, in_ml=in_ml)
    if not counts:
        yield words.nothing_to_dispense


# The sentences --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writing:
    plan: Plan
    short_id: str
    words: Words
    steps: dict[date, str] = field(default_factory=dict)
    """What each span says, by its first day: texts are tried until no more fits into one."""

    def told(self, issued: date) -> list[tuple[list[_Span], str]]:
        """What each text tells, and the text."""
        together = self.together(list(_spans(self.plan, issued)))
        return [
            (spans, self._said(spans, i, len(together)))
            for i, spans in enumerate(together, start=1)
        ]

    def together(self, spans: Sequence[_Span]) -> list[list[_Span]]:
        """Which are told in one text: of one drug, and no more than it can hold."""
        told: list[list[_Span]] = []
        for span in spans:
            fits = told and not self.words.is_per_step and told[-1][0].drug == span.drug
            if fits and len(self._said([*told[-1], span], 99, 99)) <= MOST_CHARACTERS:
                told[-1].append(span)
            else:
                told.append([span])
        return told

    def _said(self, spans: Sequence[_Span], number: int, several: int) -> str:
        words = self.words
        steps = words.then.join(map(self._step, spans))
        marks = on_paper(self.plan.status, provisional=self.plan.provisional)
        sentences = [
            *(f"{words.translated(each)}." for each in marks),
            f"{words.by_mouth.format(drug=words.drug(spans[0].drug))}: {steps}.",
            *([self._after()] if spans[-1].end == self.plan.last_day else []),
            *([words.part.format(number=number, several=several)] if several > 1 else []),
            words.plan.format(id=self.short_id),
        ]
        return " ".join(sentences)

    def _step(self, span: _Span) -> str:
        if span.start not in self.steps:
            self.steps[span.start] = self._said_of(span)
        return self.steps[span.start]

    def _said_of(self, span: _Span) -> str:
        """What is taken on each day of it, for how long, from when to when."""
        words = self.words
        each = [
            self._day(mg, tablets) for mg, tablets in zip(span.doses, span.tablets, strict=True)
        ]
        taken = each[0] if len(each) == 1 else words.in_turn.format(days="; ".join(each))
        span_words = words.one_day if span.days == 1 else words.days
        first, last = words.date(span.start), words.date(span.end)
        return f"{taken} {span_words.format(days=span.days, first=first, last=last)}"

    def _day(self, mg: Fraction, tablets: Tablets) -> str:
        words = self.words
        if not mg:
            return words.none
        if not parts_of(tablets):
            return f"{words.mg(mg)} ({self._made_of(tablets)}) {words.once}"
        times = (
            f"{words.times[part.time]} {words.mg(part.dose_mg)} ({self._made_of(part.tablets)})"
            for part in parts_of(tablets)
            if part.dose_mg
        )
        return f"{words.in_all.format(mg=words.mg(mg))} {self._joined(times)}"

    def _made_of(self, tablets: Tablets) -> str:
        return self._joined(self.words.taken(each) for each in tablets)

    def _joined(self, said: Iterable[str]) -> str:
        return dose.join(list(said), self.words.last)

    def _after(self) -> str:
        """What comes after the last printed day, of which the quantities hold nothing."""
        after, words = self.plan.after, self.words
        doses = self._joined(map(words.mg, after.pattern_mg))
        daily = (words.a_day if len(after.pattern_mg) == 1 else words.alternating).format(mg=doses)
        said = words.after[after.instruction].format(drug=words.drug(after.drug), daily=daily)
        return f"{words.afterwards.format(last=words.date(self.plan.last_day))} {said}"
