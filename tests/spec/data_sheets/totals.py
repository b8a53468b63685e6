"""How the table of a sheet is read, day by day."""

from __future__ import annotations

from fractions import Fraction

from spec.data_sheets.sheets import Sheet, sheet


def fits(table: Sheet, value: Fraction) -> bool:
    return (
        ("from" not in table or value >= Fraction(table["from"]))
        and ("above" not in table or value > Fraction(table["above"]))
        and ("below" not in table or value < Fraction(table["below"]))
        and ("up_to" not in table or value <= Fraction(table["up_to"]))
    )


WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def cycle(row: Sheet, weight: Fraction | None = None) -> list[Fraction]:
    """The days of a row in turn, a week's from Monday on; by weight for a weight."""
    if "by_weekday" in row:
        named = row["by_weekday"]
        return [Fraction(named.get(day, named.get("else"))) for day in WEEK]
    given = row["mg"] if "mg" in row else row["mg_per_kg"]
    each = [Fraction(mg) for mg in (given if isinstance(given, list) else [given])]
    if "mg" in row:
        return each
    assert weight is not None
    most = Fraction(row.get("max_mg", "1000"))
    return [min(per_kg * weight, most) for per_kg in each]


def days_of(
    rows: list[Sheet], baseline: Fraction | None = None, weight: Fraction | None = None
) -> list[Fraction]:
    """Every day of a table; no row is above the baseline, one by the mean in its mean."""
    doses: list[Fraction] = []
    for row in rows:
        pattern = cycle(row, weight)
        most = baseline
        if "compare" in row:
            assert baseline is None or height(row, weight) <= baseline
            most = None
        for day in range(int(row["days"])):
            dose = pattern[day % len(pattern)]
            doses.append(dose if most is None else min(dose, most))
    return doses


def height(row: Sheet, weight: Fraction | None = None) -> Fraction:
    """What a row is compared by: its highest day, or its mean where it says so."""
    days = cycle(row, weight)
    return sum(days, Fraction(0)) / len(days) if row.get("compare") == "mean" else max(days)


def falling(bands: list[Sheet], start: Fraction) -> list[Fraction]:
    """Every day of bands from the first lower dose on, until no band is left."""
    doses: list[Fraction] = []
    mg = start
    while True:
        for band in bands:
            if mg > Fraction(band["above_mg"]):
                mg = max(mg - Fraction(band["decrease_mg"]), Fraction(band["above_mg"]))
                break
        lasting = [band for band in bands if mg > Fraction(band["above_mg"])]
        if not lasting:
            return doses
        doses += [mg] * int(lasting[0]["every_days"])


def all_days(regimen: Sheet, start: Fraction, weight: Fraction | None) -> list[Fraction]:
    """Every day that a regimen names, from this dose on."""
    if regimen["kind"] == "bands":
        return falling(regimen["bands"], start)
    if regimen["kind"] == "steps":
        return days_of(chosen_rows(regimen, start, weight), start, weight)
    doses: list[Fraction] = []
    for phase in regimen["phases"]:
        part = all_days(phase, start, weight)
        doses += part
        if phase["kind"] == "steps":
            start = min(start, height(phase["steps"][-1], weight))
    return doses


def tables_of(regimen: Sheet) -> list[list[Sheet]]:
    if regimen["kind"] == "phases":
        return [table for phase in regimen["phases"] for table in tables_of(phase)]
    if regimen["kind"] != "steps":
        return []
    return [table["steps"] for table in regimen.get("tables", [regimen])]


def chosen_rows(regimen: Sheet, start: Fraction, weight: Fraction | None) -> list[Sheet]:
    """The rows of one participant who joins the table at `start`."""
    value = weight if regimen.get("choose_by") == "weight_kg" else start
    tables = regimen.get("tables", [regimen])
    [table] = [t for t in tables if value is None or fits(t, value)]
    rows: list[Sheet] = table["steps"]
    if regimen["entry"] == "first":
        return rows
    first = next(
        i
        for i, row in enumerate(rows)
        if height(row, weight) < start
        or (regimen["entry"] == "join" and height(row, weight) == start)
    )
    return rows[first:]


def published_total(sheet: Sheet, total: Sheet) -> Fraction:
    if "rescue" in sheet:
        return sum(days_of(sheet["rescue"])[: int(total["days"])], Fraction(0))
    start = Fraction(total["from_mg"])
    weight = Fraction(total["weight_kg"]) if "weight_kg" in total else None
    days = all_days(sheet["regimen"], start, weight)
    assert len(days) >= int(total["days"])
    return sum(days[: int(total["days"])], Fraction(0))


def total_of(name: str, start: str, weight: str | None, days: int) -> Fraction:
    asked = {"from_mg": start, "days": str(days)} | ({"weight_kg": weight} if weight else {})
    return published_total(sheet("regimens", name), asked)
