"""What holds the same is equal, whoever made it and when; nothing is equal to itself only."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import subprocess
import sys
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path

import pytest
from library.given import PARTICIPANT, PROTOCOL, PROTOCOL_TEXT

import taper
from taper.doses.kept import Kept
from taper.doses.tablets import Strength, stock
from taper.planning.findings.weighed import weigh
from taper.planning.ladder import Ladder
from taper.planning.prescribing import prescribe
from taper.planning.prescription import Prescription
from taper.trial.rules import Trial

SRC = Path(__file__).parents[2] / "src"
CORE = ("taper.doses", "taper.trial", "taper.planning")


def records_of(room: str) -> set[type]:
    """Every dataclass that a pure room defines."""
    package = importlib.import_module(room)
    names = [each.name for each in pkgutil.walk_packages(package.__path__, f"{room}.")]
    found = (each for name in names for each in vars(importlib.import_module(name)).values())
    classes = (each for each in found if inspect.isclass(each) and is_dataclass(each))
    return {each for each in classes if each.__module__.startswith(room)}


@pytest.mark.parametrize("room", CORE)
def test_no_record_of_the_core_is_equal_to_itself_only(room):
    records = records_of(room)
    assert records
    assert {each for each in records if each.__eq__ is object.__eq__} == set()


def prescription(trial: Trial) -> Prescription:
    """What the usual participant is given by a trial."""
    who = taper.read_participant(PARTICIPANT)
    assert who.steroid is not None
    return prescribe(trial, who, who.steroid, date(2026, 4, 30), date(2026, 5, 14))


def ladder(trial: Trial) -> Ladder:
    """The ladder of the usual participant by a trial."""
    return prescription(trial).ladder_from_baseline()


RENAMED = taper.read_protocol({**PROTOCOL, "title": "Another name of the trial"})
TRIAL = taper.read_protocol(PROTOCOL)


def test_a_protocol_read_twice_is_equal_whatever_form_it_had():
    assert taper.read_protocol(PROTOCOL_TEXT) == TRIAL
    assert hash(taper.read_protocol(PROTOCOL_TEXT)) == hash(TRIAL)
    assert RENAMED != TRIAL


def test_ladders_with_the_same_levels_are_equal():
    """A title has no part in them, though it makes another trial."""
    assert ladder(RENAMED) == ladder(TRIAL)
    assert hash(ladder(RENAMED)) == hash(ladder(TRIAL))
    other = {**PROTOCOL["taper"], "regimen": "ese-es-2024-slow"}
    assert ladder(taper.read_protocol({**PROTOCOL, "taper": other})) != ladder(TRIAL)


def test_what_a_regimen_looks_at_and_what_doses_amount_to_are_equal_too():
    (one, other) = (prescription(trial) for trial in (RENAMED, TRIAL))
    assert one.domain(one.baseline_prednisone_mg) == other.domain(other.baseline_prednisone_mg)
    level = ladder(TRIAL).levels[1]
    weighed = [weigh(trial, level.drug, level.cycle, level.ideal) for trial in (RENAMED, TRIAL)]
    assert weighed[0] == weighed[1]
    assert hash(weighed[0]) == hash(weighed[1])


def test_stocks_are_equal_in_whatever_order_they_were_listed():
    strengths = [Strength(taper.convert(mg, "prednisone").dose_mg) for mg in (5, 20, 1)]
    assert stock(strengths) == stock(reversed(strengths))
    assert hash(stock(strengths)) == hash(stock(reversed(strengths)))


def test_a_kept_hash_stays_in_its_process():
    """That of a text is another one elsewhere, by which nothing equal would be found."""
    kept = Kept(("prednisone", 5))
    assert hash(kept) == hash(("prednisone", 5))
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer) in {('prednisone', 5)})"
    looked = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(kept),
        env={"PYTHONPATH": str(SRC), "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
    )
    assert looked.stdout == b"True\n"
