"""Bad input: one sentence, no traceback, whatever the file holds."""

from __future__ import annotations

import os
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taper import sources
from taper.errors import Refusal, TaperError

PARTICIPANT = """participant: IIM-001
protocol: iimpact
steroid:
  drug: prednisone
  dose_mg: 25
  strengths: [20, 5, 1]
infusions:
  - {number: 1, date: 2026-01-31}
  - {number: 2, date: 2026-04-30}
"""
PROTOCOL = """id: own
title: Own
version: "1"
status: draft
sources: [own]
infusions: [{number: 1, months: 0}]
taper:
  after_infusion: 1
  target_mg: 5
  complete_within: {months: 4}
  regimen: {kind: bands, bands: [{above_mg: 0, decrease_mg: 1, every_days: 7}]}
flare:
  action: hold
"""
DOSE = "a plain decimal above 0 and up to 1000 with at most 4 decimals, such as 7.5"
DATE = "a calendar date YYYY-MM-DD, years 1900 to 2199"
ID = (
    "a trial id of 1 to 64 letters, digits, dots, hyphens and underscores that begins and ends "
    "with a letter or digit and is no name a file system reserves"
)
LINES = "lines of the form `key: value`"
UTF8 = "a text file in UTF-8 without a byte order mark"
LIST = "a list, each entry after a hyphen or all in square brackets"
DRUGS = ", ".join(dict.fromkeys(sources.drug_names().values()))
DRUGS = " or ".join(DRUGS.rsplit(", ", 1))


def refusal(raw: str | bytes, folder: Path, name: str = "IIM-001.yaml") -> list[str]:
    """The sentences with which a participant file is refused, without the name of the file."""
    path = folder / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(Refusal) as refused:
        sources.participant(path)
    return [sentence.removeprefix(f"{name}: ") for sentence in str(refused.value).splitlines()]


def with_line(old: str, new: str) -> str:
    assert old in PARTICIPANT
    return PARTICIPANT.replace(old, new)


def test_the_file_that_the_tables_spoil_is_a_good_one(tmp_path):
    (tmp_path / "p.yaml").write_text(PROTOCOL, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(PARTICIPANT, encoding="utf-8")
    assert sources.participant(tmp_path / "a.yaml").participant == "IIM-001"
    assert sources.trial("p.yaml", beside=tmp_path).protocol.id == "own"


# Scalars: what was typed stays what was typed -----------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *("-5", "+5", "0", "0.0", "010", "00", "1e1", "1E1", "1e400", "0x10", "0o17", "1_000"),
        *("NaN", ".nan", ".inf", "inf", "NO", "yes", "true", "null", "~", "12:30", "1/2", "½"),
        *("12,5", "1.000,5", "20mg", "20 mg", ".5", "5.", "5..0", "1 0", "1.23456", "1000.0001"),
        *("100000", "1001", "9" * 50, "١٢", "１２", "²", "5\u200b", "five", "10%"),  # noqa: RUF001
    ],
)
def test_a_dose_is_a_plain_decimal_above_0_and_nothing_else(tmp_path, typed):
    """§2.3.3, §2.3.5."""
    assert refusal(with_line("dose_mg: 25", f"dose_mg: {typed}"), tmp_path) == [
        f"steroid.dose_mg (line 5) is {typed!r}; allowed: {DOSE}."
    ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('"5 "', "'5 '"),
        ('"5\\n"', r"'5\n'"),
        ('"5\\0"', r"'5\x00'"),
        ('"\\u202e52"', r"'\u202e52'"),
        ('""', "empty"),
        ("''", "empty"),
        ("[25]", "a list of 1 entry"),
        ("[]", "an empty list"),
        ("{mg: 25}", "a group of keys"),
        ("|\n    25", r"'25\n'"),
        ("25\n    mg", "'25 mg'"),
        ("5" * 61, f"'{'5' * 59}…'"),
    ],
)
def test_what_is_typed_in_the_place_of_a_dose_is_repeated_safely(tmp_path, typed, read):
    assert refusal(with_line("dose_mg: 25", f"dose_mg: {typed}"), tmp_path) == [
        f"steroid.dose_mg (line 5) is {read}; allowed: {DOSE}."
    ]


@pytest.mark.parametrize(
    "typed",
    [
        *("20260304", "2026-W10-3", "2026-063", "04/03/2026", "4.3.2026", "2026-3-4", "26-03-04"),
        *("2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01"),
        *("1899-12-31", "2200-01-01", "9999-12-31", "2026-03-04T00:00", "2026-03-04 00:00:00"),
        *("2026\u201303\u201304", "２０２６-03-04", "March 4, 2026", "today", "NO", "12:30", "010"),  # noqa: RUF001
        *("-2026-03-04", "2026-03-04Z", "46085", "~", "null"),
    ],
)
def test_a_date_is_year_month_day_and_nothing_else(tmp_path, typed):
    """§2.3.1, §2.3.2."""
    text = with_line("date: 2026-01-31", f"date: '{typed}'")
    assert refusal(text, tmp_path) == [f"infusions[1].date (line 8) is {typed!r}; allowed: {DATE}."]


@pytest.mark.parametrize(
    "typed",
    [
        *("a/b", "a\\b", "../a", "/etc/passwd", "CON", "con", "NUL", "aux.yaml", "COM1", "lpt9.x"),
        *(
            "a..",
            "a.",
            ".a",
            "-a",
            "-",
            "--today",
            "a_",
            "_a",
            "a b",
            "a:b",
            "a*",
            "a\tb",
            "é",
            "\uff41",
        ),
        *("a" * 65, "a\u202eb", "$HOME", "a;b", "a|b", "<a>", "%00", "a\nb", "a\x00b"),
    ],
)
def test_a_participant_id_is_safe_as_a_file_name_everywhere(typed):
    """§5.1.2."""
    data = {"participant": typed, "protocol": "iimpact", "steroid": "none"}
    with pytest.raises(Refusal) as refused:
        sources.validate_participant(data, "row 1")
    read = repr(typed) if len(typed) <= 60 else f"'{'a' * 59}…'"
    assert str(refused.value) == f"row 1: participant is {read}; allowed: {ID}."


@pytest.mark.parametrize("typed", ["A", "7", "007", "NO", "a" * 64, "IIM-001", "a.b_c-9", "null"])
def test_an_id_that_looks_like_something_else_stays_what_was_typed(tmp_path, typed):
    """§4.1.3."""
    (tmp_path / "a.yaml").write_text(with_line("IIM-001", typed), encoding="utf-8")
    assert sources.participant(tmp_path / "a.yaml").participant == typed


# Keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  dose_mg: 25\n", "", f"steroid.dose_mg (line 3) is missing; allowed: {DOSE}."),
        ("participant: IIM-001\n", "", f"participant is missing; allowed: {ID}."),
        (
            "  drug: prednisone\n",
            "",
            "steroid.drug (line 3) is missing; allowed: the generic name of the drug, such as "
            "prednisone.",
        ),
        (
            "{number: 1, date: 2026-01-31}",
            "{number: 1}",
            "infusions[1] (line 8) is {number: 1}; allowed: a date, or missed: true, and not both.",
        ),
        (
            "{number: 1, date: 2026-01-31}",
            "{date: 2026-01-31}",
            "infusions[1].number (line 8) is missing; allowed: a whole number such as 14.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  dosemg: 20",
            "steroid.dosemg (line 6) is an unknown key; allowed: drug, dose_mg, strengths or since "
            "(did you mean dose_mg?).",
        ),
        (
            "infusions:",
            "armature: 5\ninfusions:",
            "armature (line 7) is an unknown key; allowed: participant, protocol, steroid, "
            "taper_strengths, weight_kg, infusions, taper_started, events, eligibility_waived, "
            "locale or contact.",
        ),
        (
            "infusions:",
            '"two\\nlines": 5\ninfusions:',
            r"'two\nlines' (line 7) is an unknown key; allowed: participant, protocol, steroid, "
            "taper_strengths, weight_kg, infusions, taper_started, events, eligibility_waived, "
            "locale or contact.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  dose_mg: 20",
            "steroid.dose_mg (line 6) is given twice (first in line 5); allowed: each key once.",
        ),
        (
            "dose_mg: 25",
            "dose_mg: 25\n  'dose_mg': 25",
            "steroid.dose_mg (line 6) is given twice (first in line 5); allowed: each key once.",
        ),
        (
            "infusions:",
            "treatment_arm: ULSC\ninfusions:",
            "treatment_arm (line 7) is present; allowed: no key that would name a person or an "
            "arm.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: []",
            "steroid.strengths (line 6) is an empty list; allowed: a list of at least 1 entry.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
            "steroid.strengths (line 6) is a list of 11 entries; allowed: a list of at most 10 "
            "entries.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: 20",
            f"steroid.strengths (line 6) is '20'; allowed: {LIST}.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [20, 5mg, 1]",
            f"steroid.strengths[2] (line 6) is '5mg'; allowed: {DOSE}.",
        ),
        (
            "strengths: [20, 5, 1]",
            "strengths: [{mg: 5, split: 3}]",
            "steroid.strengths[1].split (line 6) is '3'; allowed: 1, 2 or 4.",
        ),
        (
            "infusions:",
            "events: [flare]\ninfusions:",
            "events[1] (line 7) is 'flare'; allowed: keys with values, type among them.",
        ),
        (
            "infusions:",
            "contact: Ward 3\ninfusions:",
            "contact (line 7) is 'Ward 3'; allowed: the keys site and phone, each if wanted.",
        ),
        (
            "infusions:",
            "locale: English\ninfusions:",
            "locale (line 7) is 'English'; allowed: a language, or a language and a country, such "
            "as en_US.",
        ),
        (
            "infusions:",
            "infusions: {number: 1}\nevents:",
            f"infusions (line 7) is a group of keys; allowed: {LIST}.",
        ),
        (
            "drug: prednisone",
            "drug: NO",
            f"steroid.drug (line 4) is 'NO'; allowed: one of {DRUGS}.",
        ),
        (
            "drug: prednisone",
            "drug: predisone",
            f"steroid.drug (line 4) is 'predisone'; allowed: one of {DRUGS} (did you mean "
            "prednisolone or prednisone?).",
        ),
    ],
)
def test_a_spoilt_key_is_named_with_its_line_and_what_is_allowed(tmp_path, old, new, sentence):
    """§1.1.4."""
    assert refusal(with_line(old, new), tmp_path)[0] == sentence


@pytest.mark.parametrize("typed", ["None", "NONE", "no", "~", "null", "false", "prednisone 25 mg"])
def test_only_the_word_none_is_no_steroid(tmp_path, typed):
    """§5.1.6."""
    text = f"participant: IIM-001\nprotocol: iimpact\nsteroid: {typed}\n"
    assert refusal(text, tmp_path) == [
        f"steroid (line 3) is {typed!r}; allowed: none, or the keys drug and dose_mg, and if "
        "wanted strengths and since."
    ]


@pytest.mark.parametrize(
    ("typed", "allowed"),
    [
        ('"a\\u202eb"', "text without control or invisible characters such as U+202E"),
        ('"a\\u2028b"', "text without control or invisible characters such as U+2028"),
        ('"a\\nb"', "text without control or invisible characters such as U+000A"),
        ('"a\\ud800"', "text without control or invisible characters such as U+D800"),
        ("' '", "one line of 1 to 200 characters"),
        ("a" * 201, "one line of 1 to 200 characters"),
        ("[a]", "one line of 1 to 200 characters"),
    ],
)
def test_text_that_is_printed_later_holds_nothing_hidden(tmp_path, typed, allowed):
    """§5.1.7."""
    text = with_line("infusions:", f"eligibility_waived: {typed}\ninfusions:")
    [sentence] = refusal(text, tmp_path)
    assert sentence.startswith("eligibility_waived (line 7) is ")
    assert sentence.endswith(f"; allowed: {allowed}.")
    assert sentence.isprintable()


# YAML ---------------------------------------------------------------------------------------------

BROKEN = "the file (line {line}) is no YAML that can be read, because of {why}; allowed: " + LINES


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"the file is empty; allowed: {LINES}."),
        ("\n \n# nothing\n", f"the file is empty; allowed: {LINES}."),
        ("---\n...\n", f"the file is empty; allowed: {LINES}."),
        ("[]", f"the file is empty; allowed: {LINES}."),
        ("- a\n- b\n", f"the file is a list; allowed: {LINES}."),
        ("root:x:0:0", f"the file is one text without keys; allowed: {LINES}."),
        (
            "a: b\n---\nc: d\n",
            "the file (line 2) is more than one document; allowed: one document.",
        ),
        ("a: b\n\tc: d\n", BROKEN.format(line=2, why="a tab in the indentation") + "."),
        (
            "a: [1, 2\n",
            BROKEN.format(line=2, why="a bracket that is not closed, or a comma too many") + ".",
        ),
        ("a: 'b\n", BROKEN.format(line=2, why="a quotation mark that is not closed") + "."),
        (
            "a: b: c\n",
            BROKEN.format(line=1, why="a second colon in a line, or a wrong indentation") + ".",
        ),
        (
            "a: b\n  c: d\n",
            BROKEN.format(line=2, why="a second colon in a line, or a wrong indentation") + ".",
        ),
        ("a:\n    b: 1\n  c: 2\n", BROKEN.format(line=3, why="a wrong indentation") + "."),
        (
            "a: @b\n",
            BROKEN.format(line=1, why="a sign such as @ or % that needs quotation marks") + ".",
        ),
        ("a: b\nc\n", BROKEN.format(line=3, why="a line without a colon after its key") + "."),
        ("a: !x!y z\n", BROKEN.format(line=1, why="a tag") + "."),
        ("a: b\n\x07\n", BROKEN.format(line=2, why="a control character") + "."),
        (
            'a: "\\U00110000"\n',
            "the file is no YAML that can be read, because of an escape or a form that YAML does "
            f"not have; allowed: {LINES}.",
        ),
        (
            "a: " + "[" * 30 + "]" * 30,
            "a[1] is nested more than 20 levels deep; allowed: fewer levels.",
        ),
        (
            "\n".join("  " * n + "a:" for n in range(30)),
            "a.a is nested more than 20 levels deep; allowed: fewer levels.",
        ),
        (
            "a: [" + "1," * 20_000 + "1]",
            "the file is longer than 20000 values; allowed: a shorter file.",
        ),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused_in_one_sentence(tmp_path, text, sentence):
    """§1.1.4, §4.1.3."""
    assert refusal(text, tmp_path) == [sentence]


@pytest.mark.parametrize(
    "opening", ["[", "{", "- ", "? ", "{a: ", "[[", "a: {b: [", "!", "&a ", "|"]
)
def test_a_file_of_nothing_but_openings_is_refused_at_once(tmp_path, opening):
    assert len(refusal(opening * (1024 * 1024 // len(opening)), tmp_path)) == 1


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("dose_mg:", "steroid.dose_mg (line 5) is empty; allowed: a value, or no such key."),
        (
            "dose_mg: &d 25",
            "steroid.dose_mg (line 5) is marked with an anchor (&); allowed: the value itself.",
        ),
        ("dose_mg: *d", "steroid.dose_mg (line 5) is an alias (*); allowed: the value itself."),
        (
            "dose_mg: !!int 25",
            "steroid.dose_mg (line 5) is marked with a tag (!); allowed: the value itself.",
        ),
        (
            "dose_mg: ! 25",
            "steroid.dose_mg (line 5) is marked with a tag (!); allowed: the value itself.",
        ),
        (
            "dose_mg: !!python/object/apply:os.system [id]",
            "steroid.dose_mg (line 5) is marked with a tag (!); allowed: the value itself.",
        ),
    ],
)
def test_references_and_tags_are_refused_where_they_stand(tmp_path, new, sentence):
    """§4.1.3."""
    assert refusal(with_line("dose_mg: 25", new), tmp_path) == [sentence]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "<<: {dose_mg: 25}",
            "steroid.'<<' (line 4) is a merge key; allowed: the keys themselves.",
        ),
        (
            "? [a, b]\n  : c",
            "steroid (line 4) is a key that is no plain text; allowed: keys of one word.",
        ),
        (": c", "steroid (line 4) is a value without a key; allowed: " + LINES + "."),
        (
            "&a since: 2026-01-01",
            "steroid.since (line 4) is marked with an anchor (&); allowed: the value itself.",
        ),
    ],
)
def test_keys_that_are_no_plain_words_are_refused(tmp_path, line, sentence):
    """§4.1.3."""
    text = with_line("  drug: prednisone\n", f"  {line}\n  drug: prednisone\n")
    assert refusal(text, tmp_path)[0] == sentence


def test_aliases_that_would_grow_without_end_are_not_followed(tmp_path):
    """§4.1.3."""
    rows = ["a0: &a0 [x, x]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 20)]
    assert "a1[1] (line 2) is an alias (*); allowed: the value itself." in refusal(
        "\n".join(rows), tmp_path
    )


def test_very_many_problems_are_counted_rather_than_listed(tmp_path):
    keys = "".join(f"key{n}: 1\n" for n in range(300))
    sentences = refusal(PARTICIPANT + keys, tmp_path)
    assert len(sentences) == 101
    assert sentences[-1] == "the file is wrong in 200 more places; allowed: a file without any."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            b"\xef\xbb\xbf" + PARTICIPANT.encode(),
            f"the file is in UTF-8 with a byte order mark; allowed: {UTF8}.",
        ),
        (PARTICIPANT.encode("utf-16"), f"the file is in UTF-16; allowed: {UTF8}."),
        (
            PARTICIPANT.encode("utf-16-le"),
            f"the file is no text (it holds a NUL byte); allowed: {UTF8}.",
        ),
        (
            PARTICIPANT.encode() + b"# \xe9\n",
            f"the file (line 10) is not in UTF-8; allowed: {UTF8}.",
        ),
        (
            PARTICIPANT.encode() + b"\xed\xa0\x80",
            f"the file (line 10) is not in UTF-8; allowed: {UTF8}.",
        ),
        (b"a: \0\n", f"the file is no text (it holds a NUL byte); allowed: {UTF8}."),
        (b"%PDF-1.7\0", f"the file is no text (it holds a NUL byte); allowed: {UTF8}."),
        (
            b"PK\x03\x04 zip",
            BROKEN.format(line=1, why="a control character") + ".",
        ),
        (b"#" * (1024 * 1024 + 1), "the file is larger than 1 MiB; allowed: at most 1 MiB."),
    ],
)
def test_a_file_that_is_no_utf_8_text_of_moderate_size_is_refused(tmp_path, raw, sentence):
    sentences = refusal(raw, tmp_path)
    assert [s.removeprefix(f"{tmp_path}/IIM-001.yaml: ") for s in sentences] == [sentence]


# The file system ----------------------------------------------------------------------------------


def unread(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        sources.read(path)
    [sentence] = str(refused.value).splitlines()
    return sentence.removeprefix(f"{path}: ")


def test_a_missing_file_is_refused(tmp_path):
    assert unread(tmp_path / "no.yaml") == "the file is missing; allowed: a file that can be read."
    assert unread(tmp_path / "no" / "no.yaml").startswith("the file is missing;")


def test_a_folder_is_refused(tmp_path):
    assert unread(tmp_path) == "the file is a folder; allowed: a YAML file."


def test_a_file_under_a_file_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("a: b", encoding="utf-8")
    assert unread(tmp_path / "a.yaml" / "b.yaml").startswith("the file is missing;")


def test_a_link_that_leads_nowhere_is_refused(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone.yaml")
    assert unread(tmp_path / "a.yaml").startswith("the file is a link that leads nowhere;")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "a.yaml")
    assert unread(tmp_path / "a.yaml").startswith("the file is not readable (")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    assert unread(tmp_path / "a.yaml") == "the file is no regular file; allowed: a YAML file."


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.yaml"
    path.write_text("a: b", encoding="utf-8")

    def deny(*_: object) -> None:  # whoever runs the tests may be allowed everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert unread(path) == (
        "the file is not open to you (permission denied); allowed: a file that can be read."
    )


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises(Refusal, match=r"the file is (not readable|missing)"):
        sources.read(tmp_path / name)


@pytest.mark.parametrize("reference", ["a\0b", "a" * 5000, "", ".", "..", "/", "~", "\udcff.yaml"])
def test_a_reference_that_is_no_protocol_is_refused(tmp_path, reference):
    with pytest.raises(Refusal) as refused:
        sources.trial(reference, beside=tmp_path, who="IIM-001")
    assert str(refused.value).startswith("IIM-001: protocol is ")
    assert str(refused.value).isprintable()


def test_a_protocol_path_to_a_file_of_another_kind_repeats_nothing_of_it(tmp_path):
    (tmp_path / "key.pem").write_text("-----BEGIN\nSECRET\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        sources.trial("key.pem", beside=tmp_path)
    assert "SECRET" not in str(refused.value)
    assert len(refused.value.problems) == 1


# Anything at all ----------------------------------------------------------------------------------

# The first example reads the shipped sheets, which takes longer than the others.
unhurried = settings(deadline=None, max_examples=200)

JARGON = ("Input should", "Value error", "validator", "instance of", "another value", "Extra ")


def outcome(raw: bytes, folder: Path) -> None:
    """Read the bytes as both kinds of file; whatever is said of them is fit to be read."""
    path = folder / "x.yaml"
    path.write_bytes(raw)
    for reader in (sources.participant, partial(sources.trial, str(path))):
        try:
            reader(path) if reader is sources.participant else reader()
        except TaperError as refused:
            fit_to_be_read(refused)


def fit_to_be_read(refused: TaperError) -> None:
    assert isinstance(refused, Refusal)
    assert refused.problems
    for problem in refused.problems:
        sentence = str(problem)
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert not any(words in sentence for words in JARGON), sentence


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@unhurried
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe")
@example(b"%YAML 9.9\n---\na: b")
@example(b"%TAG ! x\n---\na: !b c")
@example(b'"\\ud800": "\\udfff"')
def test_any_bytes_are_a_model_or_a_refusal(folder, raw):
    """§5.1.4."""
    outcome(raw, folder)


PIECES = [
    *("participant", "protocol", "steroid", "infusions", "events", "taper", "regimen", "name", "x"),
    *(": ", ":", "\n", "\n  ", "\n- ", "- ", "[", "]", "{", "}", ", ", "? ", "| ", ">-\n ", "#"),
    *("&a ", "*a", "!!str ", "! ", "<<", "---\n", "...\n", "%YAML 1.1\n", '"', "'", "\\", "\t"),
    *("\r", "\x85", "\u2028", "\ufeff", "\u202e", "🙂", "5", "2026-01-31", "~", "none", "iimpact"),
]


@unhurried
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_like_yaml_is_a_model_or_a_refusal(folder, text):
    """§5.1.4."""
    outcome(text.encode(), folder)


@unhurried
@given(st.data())
def test_a_good_file_with_bytes_changed_is_a_model_or_a_refusal(folder, data):
    """§5.1.4."""
    raw = bytearray(data.draw(st.sampled_from([PARTICIPANT, PROTOCOL])).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
        if not raw:
            break
    outcome(bytes(raw), folder)


ODD = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["5", "0", "2026-01-31", "none", "hold", "bands", "true", "us-label", "-1"]),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["mg", "kind", "type", "name", "\ud800"]), st.text(max_size=3)),
    st.sampled_from(
        [
            {"type": "flare"},
            {"type": "hold", "date": "2026-01-01", "until": "2025-01-01", "reason": "x"},
            {"kind": "steps", "steps": [{"mg": ["5", "x"], "days": "0"}, {}]},
            {"kind": "steps", "tables": [], "choose_by": "start_mg"},
            {"kind": "percent", "decrease_percent": "101"},
            {"months": "1", "days": "1"},
        ]
    ),
)


@unhurried
@given(st.data())
def test_good_data_with_any_values_changed_are_a_model_or_a_refusal(data):
    """§5.1.4."""
    validate, text = data.draw(
        st.sampled_from(
            [(sources.validate_participant, PARTICIPANT), (sources.validate_trial, PROTOCOL)]
        )
    )
    spoilt = deepcopy(sources.parse(text.encode(), "x").data)
    for _ in range(data.draw(st.integers(1, 4))):
        spoil(spoilt, data)
    try:
        validate(spoilt, "x")
    except TaperError as refused:
        fit_to_be_read(refused)


KEYS = ["events", "flare", "contact", "taper_strengths", "locale", "eligibility", "approval", "x"]


def spoil(record: dict[str, Any], data: st.DataObject) -> None:
    """Put an odd value somewhere, take a key away, or add one."""
    here: Any = record
    while True:
        known = list(here) if isinstance(here, dict) else list(range(len(here)))
        added = KEYS if isinstance(here, dict) else []
        if not known and not added:
            return
        key = data.draw(st.sampled_from([*known, *added]))
        inner = here[key] if key in known else None
        if isinstance(inner, dict | list) and data.draw(st.booleans()):
            here = inner
            continue
        if key in known and data.draw(st.booleans()):
            del here[key]
        else:
            odd = deepcopy(data.draw(ODD))
            if isinstance(here, dict) or key in known:
                here[key] = odd
        return
