"""ADEXSUM: how much steroid, in the words of admiral's ADEX, for a statistician.

Values are mg prednisone; there are three series, which are never mixed (`taper.results.series`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from taper.exports.cdisc.dataset import Dataset, Kind, Row, Value, Variable, numbered
from taper.exports.cdisc.given import Subject
from taper.results.exposure import exposure_in
from taper.results.series import Name, Series

NAME = "ADEXSUM"
_INDIVIDUAL, _OVERALL = "INDIVIDUAL", "OVERALL"
PARAMETERS: Mapping[str, tuple[str, str]] = {
    "DURD": (_INDIVIDUAL, "Days of an interval of one daily dose"),
    "DOSE": (_INDIVIDUAL, "Dose of such an interval (mg prednisone)"),
    "TDURD": (_OVERALL, "Days of all intervals"),
    "TDOSE": (_OVERALL, "Dose of all intervals (mg prednisone)"),
    "AVDDSE": (_OVERALL, "Mean daily dose, TDOSE/TDURD (mg prednisone)"),
}
"""What each parameter is of, and what it says."""
_AVAL = (
    "DURD: AENDT - ASTDT + 1. DOSE: DAYDOSE x DURD. TDURD and TDOSE: the sums of these, from the "
    "first to the last day with a dose; days of which nothing is known are in no interval. "
    "AVDDSE: TDOSE / TDURD."
)
_VARIABLES = (
    Variable("STUDYID", "Study Identifier", key=1, is_needed=True),
    Variable("USUBJID", "Unique Subject Identifier", key=2, is_needed=True),
    Variable(
        "ASEQ",
        "Analysis Sequence Number",
        Kind.WHOLE,
        3,
        "Numbered from 1 on within each subject.",
        is_needed=True,
    ),
    Variable("PARCAT1", "Parameter Category 1", codes=(_INDIVIDUAL, _OVERALL)),
    Variable("PARCAT2", "Parameter Category 2", codes=tuple(each.upper() for each in Name)),
    Variable("PARAMCD", "Parameter Code", codes=tuple(PARAMETERS), is_needed=True),
    Variable("PARAM", "Parameter", is_needed=True),
    Variable("AVAL", "Analysis Value", Kind.NUMBER, method=_AVAL),
    Variable("ASTDT", "Analysis Start Date", Kind.SAS_DAY, method="The first day."),
    Variable("AENDT", "Analysis End Date", Kind.SAS_DAY, method="The last day."),
    Variable(
        "DAYDOSE",
        "Dose of Each Day (mg prednisone)",
        Kind.NUMBER,
        method="Of an interval: the dose of a day, by the protocol's table of equivalent doses.",
    ),
    Variable(
        "CUMDOSE",
        "Cumulative Dose to AENDT (mg prednisone)",
        Kind.NUMBER,
        method="The sum of DOSE of all intervals of the series up to AENDT.",
    ),
)


@dataclass(frozen=True, slots=True)
class Days:
    """A participant with the three series."""

    subject: Subject
    series: tuple[Series, ...]


def adexsum(everybody: Sequence[Days]) -> Dataset:
    """The dataset; a series without a day with a dose has no row."""
    rows = (row for each in everybody for series in each.series for row in _rows(each, series))
    return Dataset(
        name=NAME,
        label="Exposure Summary",
        structure="One record per subject, series, parameter and interval",
        group="BASIC DATA STRUCTURE",
        variables=_VARIABLES,
        rows=numbered(rows, "ASEQ", "USUBJID"),
        is_analysis=True,
    )


def _rows(of: Days, series: Series) -> Iterator[Row]:
    exposure = exposure_in(series)
    if exposure is None:
        return
    for each, summed in exposure.summed():
        values = {"DURD": Fraction(each.days), "DOSE": each.mg}
        daily = {"DAYDOSE": each.mg_a_day, "CUMDOSE": summed}
        yield from _of(of, series, values, (each.first, each.last), daily)
    first, last = exposure.intervals[0].first, exposure.intervals[-1].last
    values = {"TDURD": Fraction(exposure.days), "TDOSE": exposure.mg, "AVDDSE": exposure.mg_a_day}
    yield from _of(of, series, values, (first, last), {})


def _of(
    of: Days,
    series: Series,
    values: Mapping[str, Fraction],
    days: tuple[date, date],
    daily: Mapping[str, Value],
) -> Iterable[Row]:
    """A row for each value of these days."""
    for code, value in values.items():
        category, said = PARAMETERS[code]
        yield {
            "STUDYID": of.subject.study,
            "USUBJID": of.subject.usubjid,
            "PARCAT1": category,
            "PARCAT2": series.name.upper(),
            "PARAMCD": code,
            "PARAM": said,
            "AVAL": value,
            "ASTDT": days[0],
            "AENDT": days[1],
            "DAYDOSE": daily.get("DAYDOSE"),
            "CUMDOSE": daily.get("CUMDOSE"),
        }
