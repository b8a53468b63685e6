"""YAML that is more than plain data, or less."""

from __future__ import annotations

import pytest
from hostile.files.said import PARTICIPANT, refusal, with_line

LINES = "lines of the form `key: value`"
UTF8 = "a text file in UTF-8 without a byte order mark"
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
            "a: [" + "1," * 5_000 + "1]",
            "the file is longer than 5000 values; allowed: a shorter file.",
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
    assert len(refusal(opening * (128 * 1024 // len(opening)), tmp_path)) == 1


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
        (b"#" * (128 * 1024 + 1), "the file is larger than 128 KiB; allowed: at most 128 KiB."),
    ],
)
def test_a_file_that_is_no_utf_8_text_of_moderate_size_is_refused(tmp_path, raw, sentence):
    sentences = refusal(raw, tmp_path)
    assert [s.removeprefix(f"{tmp_path}/IIM-001.yaml: ") for s in sentences] == [sentence]
