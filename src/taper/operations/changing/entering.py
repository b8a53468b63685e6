"""A participant's file by questions: what is asked, how an answer is read, and what is written.

An answer is refused in the words in which the file would be, as it is read by the same models; so
what was answered to the end is a file in order. Nothing here asks, shows or writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from taper import sources
from taper.errors import Refusal
from taper.sources.participants import participant_in
from taper.sources.yaml import scan
from taper.sources.yaml_layout import written
from taper.trial.ids import ID_ALLOWED
from taper.trial.participant import WAIVER_ALLOWED, Participant
from taper.trial.rules import Trial
from taper.trial.times import TIMES_ALLOWED
from taper.wording.quoting import one_of

NO_STEROID, MISSED = "none", "missed"
_DATE = "YYYY-MM-DD, such as 2026-01-31"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked; `usual` is what an empty answer means, None where there is none.

    `place` is that of the value in the file, and `key` says how such a value is typed.
    """

    place: str
    asked: str
    allowed: str
    usual: str | None = None
    key: str = ""


@dataclass
class Entering:
    """The answers so far. `parse` reads the value of a key; the file is to be in `folder`."""

    parse: Callable[[str, str, str], Any]
    folder: Path = field(default_factory=Path)
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def next(self) -> Question | None:
        """What is to be asked next, None at the end."""
        return next((each for each in self._questions() if each.place not in self.answers), None)

    def take(self, question: Question, typed: str) -> None:
        """Take an answer; raises a `TaperError` in which it is refused, and keeps nothing of it."""
        typed = typed.strip() or (question.usual or "")
        value = self.parse(question.place, question.key, typed) if typed else None
        if value is None and question.usual is None:
            raise Refusal.of(self._who, question.place, "missing", question.allowed)
        self._refuse_unfit(question.place, value)
        self.answers[question.place] = value

    @cached_property
    def trial(self) -> Trial:
        """The protocol that was answered."""
        return sources.trial(self.answers["protocol"], self.folder)

    @property
    def participant(self) -> Participant:
        """The participant of the file as it will be, read as any other is."""
        return participant_in(*scan(self.raw, self._who))

    @property
    def raw(self) -> bytes:
        """The file as it will be."""
        return file_with(self.answers)

    @property
    def _who(self) -> str:
        return str(self.answers.get("participant", "taper new"))

    # What is asked --------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Question]:
        """In the order of the file; which come depends on what was answered."""
        said = self.answers
        yield Question("participant", "Trial id of the participant", ID_ALLOWED)
        yield Question("protocol", "Protocol", _protocols_allowed())
        yield Question("steroid.drug", "Steroid taken now, or none", _DRUGS, "prednisone", "drug")
        if said.get("steroid.drug", NO_STEROID) != NO_STEROID:
            yield from _OF_A_STEROID
            if self._goes_by_weight:
                yield Question("weight_kg", "Body weight in kg", _WEIGHT, key="weight_kg")
        if "protocol" in said:
            yield from self._of_infusions()
            yield from self._of_visits()
            if self._is_outside_limits:
                yield _WAIVER
        yield from _LAST

    def _of_infusions(self) -> Iterator[Question]:
        """One after the other; after one without a date no later one is asked for."""
        for infusion in self.trial.protocol.infusions:
            place = f"infusions.{infusion.number}"
            yield Question(place, f"Date of infusion {infusion.number}", _ATTENDED, "", "attended")
            if self.answers.get(place) is None:
                return

    def _of_visits(self) -> Iterator[Question]:
        """Each by the name that the protocol gives it."""
        for visit in self.trial.protocol.visits:
            asked = f"Date of the visit {visit.name}"
            yield Question(f"visits.{visit.name}", asked, _ATTENDED, "", "attended")

    @property
    def _is_outside_limits(self) -> bool:
        """Whether the start dose is one for which somebody must waive the protocol's limits."""
        steroid, trial = self.participant.steroid, self.trial
        if steroid is None:
            return False
        try:
            mg = trial.table.to_prednisone(steroid.dose_mg, steroid.drug)
        except Refusal:  # of a drug that the table lacks planning says so
            return False
        return not trial.protocol.eligibility.allows(mg)

    @property
    def _goes_by_weight(self) -> bool:
        rule = self.trial.protocol.taper
        return rule is not None and rule.regimen.needs_weight

    # Whether it may stand -------------------------------------------------------------------------

    def _refuse_unfit(self, place: str, value: Any) -> None:
        """Raise what reading the file would refuse of this answer."""
        if place == "protocol":
            sources.trial(value, self.folder, self._who)
        data = data_of({**self.answers, place: value})
        key = place.partition(".")[0]
        where = key if key in _LISTED else place
        try:
            sources.validate_participant(data, str(data.get("participant", self._who)))
        except Refusal as refused:
            of_this = [each for each in refused.problems if each.field.startswith(where)]
            if of_this and value is not None:
                raise Refusal(*of_this) from None


_DRUGS = (
    "a drug's generic name, brand or form, such as prednisone, Medrol or Rayos; or none for who "
    "takes no steroid"
)
_STRENGTHS = (
    "the tablets at hand in mg with commas between them, 5:2 for one that may be halved, 20:4 "
    "quartered; or a solution, 3/mL:0.5 for 3 mg in 1 mL measured to 0.5 mL; or nothing, for the "
    "whole tablets of the protocol's market"
)
_ATTENDED = f"{_DATE}; missed; or nothing, where it has no date yet"
_TIMES = f"{TIMES_ALLOWED}; or nothing, for a dose that is taken at one time, in the morning"
_WEIGHT = "kg, such as 71.5, as the doses of this protocol go by weight"
_OF_A_STEROID = (
    Question("steroid.dose_mg", "Dose in mg, the total of a day", "mg, such as 25", key="dose_mg"),
    Question("steroid.strengths", "Tablets or solution at hand", _STRENGTHS, "", "strengths"),
    Question("steroid.times", "Times of the day, where the dose is divided", _TIMES, "", "times"),
)
_WAIVER = Question(
    "eligibility_waived",
    "The start dose is outside the protocol's limits. Who waived them, and when",
    WAIVER_ALLOWED,
    "",
    "eligibility_waived",
)
_LISTED: Mapping[str, str] = {"infusions": "number", "visits": "name"}
"""What is a list in the file, and what each of its entries is known by."""
_LAST = (
    Question("contact.site", "Clinic", "its name as it is printed, or nothing", "", "site"),
    Question("contact.phone", "Number to call", "as it is printed, or nothing", "", "phone"),
    Question("locale", "Language and country", sources.locale_allowed(), "en_US", "locale"),
)


def _protocols_allowed() -> str:
    return f"{one_of(sources.protocol_ids())}, or the path of a file from the folder of this one"


def parse_attended(typed: object, parse_date: Callable[[object], object]) -> dict[str, str]:
    """An infusion or visit as its file has it; raises `ValueError` with what is allowed."""
    if str(typed).casefold() == MISSED:
        return {"missed": "true"}
    try:
        parse_date(typed)
    except ValueError as allowed:
        raise ValueError(f"{allowed}; or missed") from None
    return {"date": str(typed)}


# The file -----------------------------------------------------------------------------------------


def file_with(answers: Mapping[str, Any]) -> bytes:
    """The file of answers by their places: each key with a comment for whoever edits it."""
    return "".join(f"{line}\n" for line in _lines(answers)).encode()


def data_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Answers, by their places, as the file has them."""
    data: dict[str, Any] = {}
    for place, value in said.items():
        key, _, inner = place.partition(".")
        if value is None:
            continue
        if key in _LISTED:
            data.setdefault(key, []).append({_LISTED[key]: inner, **value})
        elif inner:
            data.setdefault(key, {})[inner] = value
        else:
            data[key] = value
    if data.get("steroid", {}).get("drug") == NO_STEROID:
        data["steroid"] = NO_STEROID
    return data


_REMARKS: Mapping[str, str] = {
    "participant": "the trial id; no name, no birthday",
    "protocol": "the id of a shipped protocol, or a path from this file",
    "steroid": "what is taken now; none for who takes no steroid",
    "dose_mg": "the total of a day",
    "strengths": "what is at hand; a tablet with split: 2 may be halved",
    "times": "the share of each time in the day's dose",
    "visits": "by the names of the protocol",
    "eligibility_waived": "who waived the limits of the start dose, and when",
    "weight_kg": "as the doses go by weight; a later weight is an event",
    "infusions": "a date, or missed: true; taper correct puts one right",
    "contact": "printed on every page",
    "locale": "the language of the papers, and the country",
}
_MARGIN = 40
_EVENTS = "# What happens later (a flare, a hold, another dose) is added by: taper event FILE TYPE"


def _lines(said: Mapping[str, Any]) -> Iterator[str]:
    for key, value in data_of(said).items():
        if key in _LISTED:
            yield from _remarked(f"{key}:", key)
            yield from (f"  - {written(key, each)}" for each in value)
        elif isinstance(value, Mapping):
            yield from _remarked(f"{key}:", key)
            for inner, each in value.items():
                yield from _remarked(f"  {inner}: {written(inner, each)}", inner)
        else:
            yield from _remarked(f"{key}: {written(key, value)}", key)
    yield _EVENTS


def _remarked(line: str, key: str) -> Iterator[str]:
    """A line with its comment behind it, or above it where the line is long, or a free text."""
    remark, is_above = _REMARKS.get(key), len(line) >= _MARGIN or key == _WAIVER.key
    if remark is not None and is_above:
        yield f"{line[: len(line) - len(line.lstrip())]}# {remark}"
    yield line if remark is None or is_above else f"{line:<{_MARGIN}}# {remark}"
