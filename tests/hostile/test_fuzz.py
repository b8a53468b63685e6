"""Inputs that a machine thought out: nothing comes out of a door but an answer or a sentence.

A few with a fixed seed each time; many with `make prove`, and for as long as one likes with
`make fuzz` (`fuzz/`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from proving import PROVE

sys.path.append(str(Path(__file__).parents[2]))

from fuzz import corpus, runs
from fuzz.door import Door
from fuzz.doors import DOORS
from fuzz.judged import MOST_SECONDS, Disagreement, judged
from taper.errors import Refusal, TaperError, fault

MANY = 10 * PROVE
"""Inputs of the cheapest door; none but a handful without `make prove`."""


@pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
def test_nothing_comes_out_but_an_answer_or_a_sentence(door: Door):
    inputs = max(2, (MANY or 24) // door.cost)
    seeds = door.seeds()
    tally = runs.by_chance(
        door, seeds, seed=1, goes_on=lambda so_far: so_far.inputs < len(seeds) + inputs
    )
    assert tally.faults == {}
    assert tally.inputs == len(seeds) + inputs


@pytest.mark.parametrize(
    ("door", "path"),
    [(door, path) for door in DOORS.values() for path in corpus.kept(door)],
    ids=lambda each: each.name,
)
def test_what_was_found_once_is_mended(door: Door, path: Path, tmp_path: Path):
    found = judged(door.run, path.read_bytes(), tmp_path)
    assert found.is_good, found.outcome


@pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: door.name)
def test_the_samples_of_a_door_come_through_it(door: Door, tmp_path: Path):
    """A door that refuses everything would find nothing."""
    for number, seed in enumerate(door.seeds()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert judged(door.run, seed, folder).outcome.startswith("answer: ")


def test_the_same_seed_gives_the_same_inputs():
    door, tried = DOORS["csv"], ([], [])
    for inputs in tried:
        runs.by_chance(
            door,
            door.seeds(),
            seed=7,
            goes_on=lambda so_far: so_far.inputs < 30,
            before=inputs.append,
        )
    assert tried[0] == tried[1]
    assert len(set(tried[0])) > 20


def _thrown() -> ValueError:
    try:
        raise ValueError
    except ValueError as error:
        return error


def _raised(error: BaseException):
    def run(_: bytes, __: Path) -> str:
        raise error

    return run


def _spun(_: bytes, __: Path) -> str:
    while True:
        pass


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        (_raised(ValueError("x")), "ValueError"),
        (_raised(UserWarning("x")), "UserWarning"),
        (_raised(MemoryError()), "MemoryError"),
        (_raised(Disagreement("another reads 40")), "Disagreement: another reads 40"),
        (_raised(TaperError(f"A: {fault(_thrown())}")), "taper itself failed"),
        (_raised(TaperError("A\u202eB")), "a sentence that is not printable"),
        (_raised(TaperError("x" * 3000)), "a sentence without end"),
        (_raised(Refusal.of("A", "x", "1\n2", "3")), "a problem of several lines"),
    ],
)
def test_a_fault_is_known_as_one(run, outcome, tmp_path):
    found = judged(run, b"", tmp_path)
    assert (found.outcome, found.is_good) == (outcome, False)


def test_what_does_not_come_back_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz.judged.MOST_SECONDS", 0.2)
    assert MOST_SECONDS <= 5
    assert not judged(_spun, b"", tmp_path).is_good


def test_a_refusal_is_none_and_is_told_apart_without_what_was_typed(tmp_path):
    said = [
        judged(_raised(Refusal.of("A", "dose", read, "mg")), b"", tmp_path)
        for read in ("'1'", "'2'")
    ]
    assert said[0] == said[1]
    assert said[0].is_good
