"""The header of a table: every column is known, named once, shown, and names no person or arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from taper.doses import dose
from taper.errors import Problem, Refusal
from taper.sources.tables import columns
from taper.sources.tables.columns import ID, REQUIRED
from taper.sources.tables.grid import Grid, Held, letter
from taper.sources.tables.mapping import FieldMapping
from taper.sources.tables.redcap import (
    INSTANCE,
    INSTRUMENT,
    is_form_status,
    is_passed_over,
    names_nobody,
    system,
)
from taper.wording.hints import seems
from taper.wording.identifying import identifies, may_be_excepted
from taper.wording.quoting import did_you_mean, quoted

_KNOWN = "the columns that taper template lists"
_MAPPED = "the fields that the mapping names, or others: ignore in it"


@dataclass(frozen=True)
class Header:
    """Where in a row each field stands, REDCap's own columns apart."""

    fields: Mapping[int, str]
    headers: Mapping[int, str]
    system: Mapping[str, int]
    mapping: FieldMapping
    never_there: tuple[str, ...] = ()
    """Fields that the project got later, and did not have when this was exported."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of the table once, although it is read."""
        if not self.never_there:
            return ()
        named = dose.join([quoted(name) for name in self.never_there])
        return (
            f"without {named}, as before the project had these fields: nothing is read of them "
            "for anybody",
        )

    @property
    def id_at(self) -> int:
        """Where the participant's id stands."""
        targets = self.mapping.columns
        return next(i for i, f in self.fields.items() if ID in targets.get(f, {}).values())

    @property
    def is_export(self) -> bool:
        """Whether several rows may belong to one participant."""
        return bool(self.system)


def names(grid: Grid) -> dict[int, str]:
    """The headers as they are typed, by their column, spaces and line breaks around words aside."""
    return {i: columns.bare(cell.text) for i, cell in grid.header.cells.items()}


def header(grid: Grid, mapping: FieldMapping) -> Header:
    """The header of a grid; raises `Refusal` with everything that is wrong in it."""
    typed = names(grid)
    fields = {i: mapping.field(name) for i, name in typed.items()}
    _refuse_without_header(grid, mapping, fields)
    passed = _passed_over(mapping, typed, fields)
    found = [*_traps(grid), *_identifying(grid.name, mapping, typed)]
    found += _repeated(grid.name, mapping, typed, fields, passed)
    found += _unknown(grid.name, mapping, typed, fields, passed)
    found += _missing(grid.name, mapping, fields)
    found += _absent(grid.name, mapping, fields)
    if found:
        raise Refusal(*found)
    own = {key: i for i, name in typed.items() if (key := system(name))}
    kept = {i: name for i, name in fields.items() if mapping.knows(name) and i not in own.values()}
    return Header(kept, typed, own, mapping, mapping.never_there(set(fields.values())))


def _refuse_without_header(grid: Grid, mapping: FieldMapping, fields: Mapping[int, str]) -> None:
    """What stands in the first row of a table without header are values: they are not repeated."""
    if any(mapping.knows(name) for name in fields.values()):
        return
    if any(map(system, fields.values())):
        allowed = "--mapping FILE, which says what the fields of a project of your own mean"
        raise Refusal.of(grid.name, "the header", "that of a REDCap export", allowed)
    read = "without a column that is known" if fields else "empty"
    if [name.lower()[:4] for name in fields.values()] == ["sep="]:
        read = "a line for Excel that names the separator (sep=)"
    below = _header_below(grid, mapping)
    if below is None:
        raise Refusal.of(grid.name, "the first row", read, f"a header: {_allowed(mapping)}")
    read = f"{read}, and a header seems to stand in row {below}"
    allowed = "a header in the first row: delete what stands above it"
    raise Refusal.of(grid.name, "the first row", read, allowed)


_FAR = 20
"""So many rows below the first a header is looked for."""


def _header_below(grid: Grid, mapping: FieldMapping) -> int | None:
    """The number of the row in which a header seems to stand."""
    for line in islice(grid.lines, _FAR):
        known = [cell for cell in line.cells.values() if _is_known(cell.text, mapping)]
        if len(known) > 1:
            return line.number
    return None


def _is_known(text: str, mapping: FieldMapping) -> bool:
    return columns.named(text) is not None or mapping.knows(mapping.field(text))


def _passed_over(
    mapping: FieldMapping, typed: Mapping[int, str], fields: Mapping[int, str]
) -> set[int]:
    """The columns of an export that say nothing of a plan: REDCap's own, and further instruments.

    Each instrument ends with how far it is filled in; one with no field that is known is another.
    """
    if not (any(map(system, typed.values())) or mapping.repeating):
        return set()
    passed = {i for i, n in typed.items() if is_passed_over(n) and not mapping.knows(fields[i])}
    instrument: list[int] = []
    for i, name in typed.items():
        if not (system(name) or names_nobody(name)):
            instrument.append(i)
        if is_form_status(name):
            if not any(mapping.knows(fields[at]) for at in instrument):
                passed.update(instrument)
            instrument = []
    return passed


def _allowed(mapping: FieldMapping) -> str:
    return _KNOWN if mapping.is_plain else _MAPPED


def _field(name: str) -> str:
    return f"column {quoted(name)}"


def _traps(grid: Grid) -> Iterator[Problem]:
    for i, cell in grid.header.cells.items():
        if cell.trap is not None:
            at = f"the header of {letter(i)}"
            yield Problem(grid.name, at, cell.trap.read, cell.trap.allowed)
        elif cell.held is not Held.TEXT:
            yield Problem(grid.name, f"the header of {letter(i)}", cell.held, "a name as text")
    for i, said in grid.wrong_columns.items():
        yield Problem(grid.name, f"column {letter(i)}", said.read, said.allowed)


def _identifying(who: str, mapping: FieldMapping, typed: Mapping[int, str]) -> Iterator[Problem]:
    allowed = "no column that would name a person or an arm"
    for name in dict.fromkeys(typed.values()):
        if identifies(name) and not names_nobody(name):
            may_be = may_be_excepted(name)
            if may_be and name.lower() in mapping.exceptions:
                continue
            also = ", or its name under exceptions in a mapping" if may_be else ""
            yield Problem(who, _field(name), "present", f"{allowed}{also}")


def _repeated(
    who: str,
    mapping: FieldMapping,
    typed: Mapping[int, str],
    fields: Mapping[int, str],
    passed: set[int],
) -> Iterator[Problem]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, name in fields.items():
        if i not in passed:
            places[system(name) or name].append(i)
    for name, at in places.items():
        if len(at) > 1 and _matters(mapping, name):
            where = " and ".join(letter(i) for i in at)
            yield Problem(who, _field(typed[at[0]]), f"there twice, in {where}", "each column once")


def _matters(mapping: FieldMapping, name: str) -> bool:
    """Whether it matters which of two columns of one name is meant: not where neither is read."""
    if system(name):
        return True
    if mapping.knows(name):
        return not mapping.is_ignored(name)
    return not mapping.ignores_others


def _unknown(
    who: str,
    mapping: FieldMapping,
    typed: Mapping[int, str],
    fields: Mapping[int, str],
    passed: set[int],
) -> Iterator[Problem]:
    for i, name in fields.items():
        known = mapping.knows(name) or system(typed[i]) or identifies(name) or i in passed
        own = columns.named(name)
        if not known and mapping.ignores_others and own:
            allowed = f"{own}: {own} among its columns, or {own}: ignore"
            yield Problem(who, _field(typed[i]), "ours, and not in the mapping", allowed)
        if known or mapping.ignores_others:
            continue
        is_ours = mapping.is_plain
        meant = columns.near(name) if is_ours else did_you_mean(name, mapping.fields())
        allowed = (
            f"{_KNOWN}{meant}, or others: ignore in a mapping" if is_ours else f"{_MAPPED}{meant}"
        )
        yield Problem(who, _field(typed[i]), f"not known{seems(name)}", allowed)


def _absent(who: str, mapping: FieldMapping, fields: Mapping[int, str]) -> Iterator[Problem]:
    """What a table does not have was not asked: to read it as empty would end a flare."""
    there = set(fields.values())
    absent = [name for name in mapping.wanted(there) if name not in there]
    if absent and not mapping.is_plain:
        more = f" and {len(absent) - _MOST_NAMED} more" if len(absent) > _MOST_NAMED else ""
        read = f"without {', '.join(map(quoted, absent[:_MOST_NAMED]))}{more}"
        allowed = "every field that the mapping names: export them too, or take them out of it"
        yield Problem(who, "the header", read, allowed)


_MOST_NAMED = 5


def _missing(who: str, mapping: FieldMapping, fields: Mapping[int, str]) -> Iterator[Problem]:
    there = set(fields.values())
    provided = set(mapping.constants)
    for name in there & mapping.columns.keys():
        provided |= set(mapping.columns[name].values())
    is_export = any(map(system, there))
    own = ", or --mapping FILE for a project of your own" if is_export else ""
    for name in REQUIRED:
        if name not in provided:
            allowed = f"a table with {name} for each participant{own}"
            yield Problem(who, _field(name), "missing", allowed)
    repeats = {name for each in mapping.repeating.values() for name in each.fields}
    if there & repeats and not {system(name) for name in there} & {INSTRUMENT, INSTANCE}:
        yield Problem(
            who,
            _field(INSTRUMENT),
            "missing",
            "an export of a project in which the instruments for infusions and events repeat",
        )
