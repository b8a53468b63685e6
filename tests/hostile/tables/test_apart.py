"""A table is read by a process that can be ended: whatever ends it is a word about the table."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest

from taper.confined import process, reading
from taper.confined.reading import apart
from taper.errors import Refusal
from taper.sources import tables

SITES = Path(__file__).parents[3] / "sample_sites"


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    time.sleep(600)


def eat() -> None:
    bytearray((reading.MEMORY_MB + 512) * 2**20)


def fail() -> None:
    raise KeyError


def recurse() -> None:
    recurse()


@pytest.mark.parametrize(
    ("read", "seconds", "said"),
    [
        (crash, 60, "one that ends its reader, or takes more than 2 GB to read"),
        (eat, 60, "one that ends its reader, or takes more than 2 GB to read"),
        (hang, 0, "one that is not read within 0 seconds"),
        (fail, 60, r"one that its reader can make nothing of \(KeyError\)"),
        (recurse, 60, r"one that its reader can make nothing of \(RecursionError\)"),
    ],
)
def test_what_ends_its_reader_is_refused_in_a_sentence_and_the_next_is_read(read, seconds, said):
    with pytest.raises(Refusal, match=f"^site.xlsx: the file is {said}; allowed: "):
        apart("site.xlsx", read, seconds=seconds)
    assert apart("site.xlsx", os.getppid) in (os.getpid(), os.getppid())


def test_a_reader_that_is_ended_leaves_nothing_behind():
    assert apart("site.xlsx", int) == 0
    number = process.kept(reading.CHILD)
    process.end_kept(reading.CHILD)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_reader_keeps_no_lock_of_the_one_it_reads_for(tmp_path):
    process.end_kept(reading.CHILD)
    lock = tmp_path / "lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert apart("site.xlsx", int) == 0
    with lock.open("w") as again:
        fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("name", ["riverside.csv", "riverside.xlsx"])
def test_a_table_is_read_in_another_process_from_the_folder_of_who_asks(name, monkeypatch):
    monkeypatch.chdir(SITES)
    with reading.reading_here():
        expected = tables.read(Path(name))
    assert tables.read(Path(name)) == expected
    assert process.kept(reading.CHILD) is not None
