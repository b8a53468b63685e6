"""The forms that a plan is written in: the one table of them, for all rooms that speak of files.

A further form is a row here and a writer in `operations.plans.outputs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Self


class _Row(NamedTuple):
    """What is to be known of a form.

    `said` is what a list of files calls it, empty where the printed document's title does.
    `asked_as` is the name by which it is asked for where that is not its ending: forms of one such
    name come together. One with an `option` is asked for by it beside them, and by no name.
    """

    ending: str
    said: str = ""
    asked_as: str = ""
    is_text: bool = True
    needs_days: bool = True
    is_printed: bool = False
    option: str = ""


class Format(StrEnum):
    """What a plan can be written as; also the ending of the file."""

    TABLE = _Row("table", "plan (text)", needs_days=False)
    JSON = _Row("json", "plan (JSON)", needs_days=False)
    PDF = _Row("pdf", is_text=False, is_printed=True)
    HTML = _Row("html", is_printed=True)
    ICS = _Row("ics", "days for a telephone (iCalendar)")
    DAYS = _Row("days.csv", "days (CSV)", asked_as="csv")
    STEPS = _Row("steps.csv", "steps (CSV)", asked_as="csv")
    FHIR = _Row("fhir.json", "medication requests (FHIR)", asked_as="fhir")
    XLSX = _Row("xlsx", "days and steps (workbook)", is_text=False)
    REDCAP = _Row("redcap.csv", "plan and steps for REDCap (CSV)", asked_as="redcap")
    SIG = _Row("sig.txt", "sentences for a prescription (text)", asked_as="sig")

    EC = _Row("ec.json", "plan for SDTM (Dataset-JSON)", asked_as="sdtm")
    DEFINE = _Row("define.xml", "what SDTM files hold (define.xml)", asked_as="sdtm")
    EC_XPT = _Row("ec.xpt", "plan for SDTM (SAS)", asked_as="sdtm", is_text=False, option="xpt")

    said: str
    asked_as: str
    option: str
    is_text: bool
    """Whether a terminal can show it."""
    needs_days: bool
    """Whether there is none of a plan without a day."""
    is_printed: bool
    """Whether it is a printed document, which not every plan has."""

    def __new__(
        cls,
        ending: str,
        said: str,
        asked_as: str,
        is_text: bool,
        needs_days: bool,
        is_printed: bool,
        option: str,
    ) -> Self:
        """The member of a row, which is its ending."""
        form = str.__new__(cls, ending)
        form._value_ = ending
        form.said, form.asked_as, form.option = said, asked_as or ending, option
        form.is_text, form.needs_days, form.is_printed = is_text, needs_days, is_printed
        return form

    @property
    def is_for_others(self) -> bool:
        """Whether another program reads it, which has a word of its own for each thing in it."""
        return self.needs_days and not self.is_printed


def _by_name() -> dict[str, tuple[Format, ...]]:
    """Every name that stands for forms; of several that come together each has its own too."""
    named: dict[str, tuple[Format, ...]] = {}
    for each in [form for form in Format if not form.option]:
        named[each.asked_as] = (*named.get(each.asked_as, ()), each)
    for together in [each for each in named.values() if len(each) > 1]:
        named |= {each.value: (each,) for each in together}
    return named


BY_NAME: Mapping[str, tuple[Format, ...]] = _by_name()
"""What each name of a format stands for."""
BY_OPTION: Mapping[str, tuple[Format, ...]] = {
    each.option: tuple(form for form in Format if form.option == each.option)
    for each in Format
    if each.option
}
"""What each option adds to the forms that it belongs to."""
FOR_OTHERS: Mapping[str, Format] = {
    name: forms[0] for name, forms in BY_NAME.items() if len(forms) == 1 and forms[0].is_for_others
} | {each.value: each for each in Format if each.option}
"""Each name of one file for another system; one with an option has its ending for a name."""
SAID: Mapping[str, str] = {each.value: each.said for each in Format if each.said}
"""What a list of files calls each form that is no document, by its ending."""
FORM = r"(\.[a-z0-9]{1,8}){1,2}"
"""A file's ending as a ledger may have it: of one word, or of two as `days.csv`."""
