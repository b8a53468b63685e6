"""Any function may be called from any thread, and every thread hears the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from threading import Barrier
from typing import TypeVar

import pytest
from library.given import PARTICIPANT, PROTOCOL_TEXT, TODAY

import taper
from taper.doses import tablets
from taper.doses.tablets import Strength

THREADS = 8
Answer = TypeVar("Answer")


@pytest.fixture(autouse=True)
def _hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(ask: Callable[[], Answer]) -> list[Answer]:
    """What each of the threads is answered, all of them asking at the same moment."""
    start = Barrier(THREADS)

    def asking() -> Answer:
        start.wait()
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return [each.result() for each in [pool.submit(asking) for _ in range(THREADS)]]


@pytest.mark.parametrize("protocol", ["iimpact", PROTOCOL_TEXT], ids=["shipped", "text"])
def test_eight_threads_plan_at_once_and_agree(protocol):
    alone = taper.plan(protocol, PARTICIPANT, today=TODAY)
    for each in at_once(lambda: taper.plan(protocol, PARTICIPANT, today=TODAY)):
        assert each.to_dict() == alone.to_dict()


def test_eight_threads_ask_one_stock_of_tablets_at_once():
    """What a stock makes is found out as far as it is asked for, by whoever asks first."""
    asked = [Fraction(mg) for mg in (3, 30, 300, 900)]
    for n in range(60):
        stock = tablets.stock([Strength(Fraction(7)), Strength(Fraction(1000 + n, 1000))])
        for made in at_once(lambda stock=stock: [tablets.at_most(mg, stock) for mg in asked]):
            assert all(mg - 2 < makeable <= mg for mg, makeable in zip(asked, made, strict=True))
