"""Whatever a file holds, reading it ends in sentences."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from hostile.files.said import PARTICIPANT, PROTOCOL
from hypothesis import example, given, settings
from hypothesis import strategies as st
from proving import examples

from taper import sources
from taper.errors import Refusal, TaperError

many = settings(max_examples=examples(100))

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


@many
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


@many
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_like_yaml_is_a_model_or_a_refusal(folder, text):
    """§5.1.4."""
    outcome(text.encode(), folder)


@many
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


@many
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
