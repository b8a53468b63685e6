"""The words of a prescription in the United States, in England and in Germany."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.doses import dose
from taper.doses.tablets import Count
from taper.planning.plan import Instruction
from taper.sources.languages import translation


@dataclass(frozen=True, slots=True)
class Words:
    """One country's: sentences with what is said in them in braces.

    `is_per_step` where each step is a prescription. `parts` are the parts of a tablet, alone and
    behind whole ones.
    """

    language: str
    is_per_step: bool
    date: Callable[[date], str]
    decimal_mark: str
    by_mouth: str
    then: str
    once: str
    in_all: str
    in_turn: str
    none: str
    days: str
    one_day: str
    afterwards: str
    a_day: str
    alternating: str
    after: Mapping[Instruction, str]
    part: str
    plan: str
    last: str
    times: Mapping[str, str]
    one_tablet: str
    tablets: str
    a_part_of: str
    and_a_part: str
    parts: Mapping[Fraction, tuple[str, str]]
    volume: str
    dispensed_tablets: str
    dispensed_volume: str
    nothing_to_dispense: str

    def translated(self, text: str) -> str:
        """What papers say, in this language, by the catalogue of the papers."""
        return translation(self.language).messages.gettext(text)

    def drug(self, name: str) -> str:
        """The generic name, with a capital as a sentence begins with it."""
        said = self.translated(name)
        return said[:1].upper() + said[1:]

    def number(self, value: Fraction) -> str:
        """A number with this language's decimal mark."""
        return dose.text(value).replace(".", self.decimal_mark)

    def mg(self, value: Fraction) -> str:
        """A dose with its unit."""
        return f"{self.number(value)} mg"

    def taken(self, each: Count) -> str:
        """So many tablets of a strength, or mL: no figure stands beside another without a word."""
        mg = self.number(each.strength_mg)
        if each.in_ml:
            return self.volume.format(ml=self.number(each.count), mg=mg)
        whole, part = divmod(each.count, 1)
        if not part:
            return (self.one_tablet if whole == 1 else self.tablets).format(n=whole, mg=mg)
        alone, behind = self.parts[part]
        if not whole:
            return self.a_part_of.format(part=alone, mg=mg)
        return self.and_a_part.format(n=whole, part=behind, mg=mg)

    def dispensed(self, drug: str, strength: Fraction, needed: Fraction, *, in_ml: bool) -> str:
        """What is handed out of one strength."""
        said = self.dispensed_volume if in_ml else self.dispensed_tablets
        return said.format(drug=self.drug(drug), mg=self.number(strength), n=self.number(needed))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _american(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _german(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}"


def _in_english(day: Callable[[date], str], *, once: str, in_all: str, to: str) -> Words:
    """What Americans and English say alike, but for a few words."""
    return Words(
        language="en",
        is_per_step=False,
        date=day,
        decimal_mark=".",
        by_mouth="{drug} by mouth",
        then=", then ",
        once=once,
        in_all=in_all,
        in_turn="on consecutive days in turn [{days}], then again from the first,",
        none="none",
        days=f"for {{days}} days, from {{first}} {to} {{last}}",
        one_day="for 1 day, on {first}",
        afterwards="After {last}:",
        a_day="{mg} a day",
        alternating="{mg} in turn, day after day,",
        after={
            Instruction.CONTINUE: "{drug} {daily} until the study team says otherwise.",
            Instruction.NO_TABLETS: "no {drug}.",
            Instruction.DO_NOT_REDUCE: "{drug} {daily}, not reduced until told.",
            Instruction.KEEP_TAKING: "{drug} {daily}, not stopped suddenly; call the study team.",
        },
        part="Text {number} of {several}.",
        plan="Plan {id}.",
        last="and",
        times={
            "morning": "in the morning",
            "midday": "at midday",
            "afternoon": "in the afternoon",
            "evening": "in the evening",
            "bedtime": "at bedtime",
        },
        one_tablet="{n} tablet of {mg} mg",
        tablets="{n} tablets of {mg} mg",
        a_part_of="{part} tablet of {mg} mg",
        and_a_part="{n} {part} tablets of {mg} mg",
        parts={
            Fraction(1, 4): ("a quarter of a", "and a quarter"),
            Fraction(1, 2): ("half a", "and a half"),
            Fraction(3, 4): ("three quarters of a", "and three quarters"),
        },
        volume="{ml} mL of {mg} mg per mL",
        dispensed_tablets="{drug} tablets of {mg} mg: {n}",
        dispensed_volume="{drug} solution of {mg} mg per mL: {n} mL",
        nothing_to_dispense="nothing",
    )


_US = _in_english(_american, once="once daily", in_all="{mg} daily:", to="through")
_ENGLISH = _in_english(_english, once="once a day", in_all="{mg} a day:", to="to")
_GERMAN = Words(
    language="de",
    is_per_step=True,
    date=_german,
    decimal_mark=",",
    by_mouth="{drug} zum Einnehmen",
    then=", danach ",
    once="einmal täglich",
    in_all="{mg} täglich:",
    in_turn="an aufeinanderfolgenden Tagen im Wechsel [{days}], dann wieder von vorn,",
    none="keine Einnahme",
    days="{days} Tage lang, vom {first} bis zum {last}",
    one_day="1 Tag lang, am {first}",
    afterwards="Nach dem {last}:",
    a_day="{mg} täglich",
    alternating="{mg} im täglichen Wechsel",
    after={
        Instruction.CONTINUE: "{drug} {daily}, bis das Studienteam etwas anderes sagt.",
        Instruction.NO_TABLETS: "kein {drug}.",
        Instruction.DO_NOT_REDUCE: "{drug} {daily}, ohne Reduktion bis auf Weisung.",
        Instruction.KEEP_TAKING: (
            "{drug} {daily}, nicht plötzlich absetzen; das Studienteam anrufen."
        ),
    },
    part="Text {number} von {several}.",
    plan="Plan {id}.",
    last="und",
    times={
        "morning": "morgens",
        "midday": "mittags",
        "afternoon": "nachmittags",
        "evening": "abends",
        "bedtime": "vor dem Schlafengehen",
    },
    one_tablet="{n} Tablette zu {mg} mg",
    tablets="{n} Tabletten zu {mg} mg",
    a_part_of="{part} Tablette zu {mg} mg",
    and_a_part="{n} {part} Tablette zu {mg} mg",
    parts={
        Fraction(1, 4): ("eine viertel", "und eine viertel"),
        Fraction(1, 2): ("eine halbe", "und eine halbe"),
        Fraction(3, 4): ("drei Viertel einer", "und drei viertel"),
    },
    volume="{ml} mL zu {mg} mg pro mL",
    dispensed_tablets="{drug} Tabletten zu {mg} mg: {n}",
    dispensed_volume="{drug} Lösung zu {mg} mg pro mL: {n} mL",
    nothing_to_dispense="nichts",
)


def words_for(locale: str) -> Words | None:
    """Those of a locale's country, else of its language; None where nobody wrote such words."""
    language, _, territory = locale.partition("_")
    if territory == "US":
        return _US
    return {"en": _ENGLISH, "de": _GERMAN}.get(language)
