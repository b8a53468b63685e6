"""What `--help` shows: how a command is called, what it takes in groups, and an example of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from taper.wording.layout import width, within, wrapped

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "How it is planned": (
        *("--protocol", "--regimen", "--replaces", "--accept-past", "--allow-earlier-day"),
        *("--mapping", "--sheet", "--today"),
    ),
    "What is written": (
        *("--format", "--document", "--paper", "--merged", "--print", "--out", "--json"),
        *("--check", "--quiet", "--pictures", "--group-file", "--by"),
        *("--diary", "--no-emergency-card"),
    ),
    "What is counted": (
        *("--at", "--window", "--estimand", "--without-rescue", "--with-exposures"),
        *("--diary FILE", "--flag"),
    ),
    "What is assumed": (
        *("--n", "--baseline", "--seed", "--trials", "--first", "--enrol-days", "--delay"),
        *("--flares", "--flare-days"),
    ),
    "Some of the days": ("--from", "--until", "--weeks"),
    "Tablets to hand out": (
        *("--dispense", "--spare-days", "--packs", "--discard-halves", "--at-home"),
    ),
    "Signing": ("--key", "--known-key"),
    "Who works, and within which limits": (
        *("--workers", "--dask", "--dask-ca", "--dask-cert", "--dask-key", "--dask-unencrypted"),
        *("--print-seconds", "--print-memory"),
    ),
}
"""The options that belong together, wherever a command has many; by its value too where two are."""
_MANY = 9
_MEANINGS: Mapping[str, str] = {
    "DATE": "YYYY-MM-DD, such as 2026-01-31",
    "MG": "a dose or strength in mg, such as 12.5",
}
"""Kinds of values that are said once, below the options."""
_GOES_ON = " \\"
_LONGEST_LABEL, _SHORT_LABEL, _NARROW = 26, 8, 60


def page(command: Any, context: Any) -> str:
    """The help of a command or of several under one name."""
    usage = " ".join(command.collect_usage_pieces(context))
    blocks = [
        _choices(usage, f"Usage: {context.command_path} "),
        *(wrapped(each, "  ") for each in _paragraphs(command.help or "")),
        *(_section(title, rows) for title, rows in _sections(command, context)),
    ]
    if command.epilog:
        blocks.append(f"Example:\n{_examples(command.epilog)}")
    return "\n\n".join(blocks)


def usage_of(argument: Any) -> str:
    """An argument as it stands behind the command: in brackets where it may be left out."""
    name = argument_name(argument)
    several = "..." if argument.nargs != 1 else ""
    return f"{name if argument.required else f'[{name}]'}{several}"


def argument_name(argument: Any) -> str:
    """What an argument is called in help and in what is said of it."""
    return str(argument.metavar or argument.name.upper())


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        yield " ".join(paragraph.split())


def _sections(command: Any, context: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    told = [(each, each.get_help_record(context)) for each in command.get_params(context)]
    arguments = [
        (argument_name(each), record[1])
        for each, record in told
        if record and not _is_option(each) and record[1]
    ]
    if arguments:
        yield "Arguments", arguments
    yield from _of_options(
        [(each.opts, record) for each, record in told if record and _is_option(each)]
    )
    for title, commands in getattr(command, "grouped", dict)().items():
        yield title, [(each.name, _first_sentence(each.help)) for each in commands]


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _of_options(
    options: list[tuple[list[str], tuple[str, str]]],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The options in groups where there are many, and what their kinds of values mean."""
    group_of = {name: title for title, names in _GROUPS.items() for name in names}
    sorted_out: dict[str, list[tuple[str, str]]] = {"Options": [], **{t: [] for t in _GROUPS}}
    for names, record in options:
        of_name = group_of.get(names[0], "Options")
        title = group_of.get(record[0], of_name) if len(options) > _MANY else "Options"
        sorted_out[title].append(record)
    others = sorted_out.pop("Options")
    yield from ((title, rows) for title, rows in sorted_out.items() if rows)
    title = "Options" if len(others) == len(options) else "Other options"
    kinds = {kind for _, (label, _) in options for kind in re.findall(r"[A-Z]+", label)}
    yield title, [*others, *((k, said) for k, said in _MEANINGS.items() if k in kinds)]


def _first_sentence(text: str) -> str:
    return next(_paragraphs(text))


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    most = _LONGEST_LABEL if width() >= _NARROW else _SHORT_LABEL
    fitting = min(max(len(label) for label, _ in rows), most)
    return "\n".join([f"{title}:", *(_row(label, said, fitting) for label, said in rows)])


def _row(label: str, said: str, room: int) -> str:
    said = " ".join(said.split())
    if len(label) <= room:
        return wrapped(said, f"  {label:<{room}}  ")
    return f"{_label_alone(label)}\n{wrapped(said, ' ' * (room + 4))}"


def _label_alone(label: str) -> str:
    """A long label; its choices go on below it where the screen ends."""
    return f"  {label}" if len(label) + 2 <= width() else _choices(label, "  ")


def _choices(text: str, label: str) -> str:
    """A paragraph that may end a line after one of its choices, never within it."""
    return wrapped(text.replace("|", "| "), label).replace("| ", "|")


def _examples(text: str) -> str:
    with within(width() - len(_GOES_ON)):
        lines = [wrapped(line, "  ") for line in text.strip().splitlines()]
    return "\n".join(line.replace("\n", f"{_GOES_ON}\n  ") for line in lines)
