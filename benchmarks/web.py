"""How soon the page answers who types: at the server, beside planning alone."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from math import ceil
from statistics import median
from urllib.parse import urlencode

from benchmarks.report import Line
from taper.web.planned import planned

TODAY = date(2026, 5, 20)
FORM = {
    "participant": "BEN-001",
    "protocol": "iimpact",
    "drug": "prednisone",
    "dose_mg": "25",
    "strengths": "20, 5, 2.5, 1",
    "infusion_1": "2026-01-31",
    "infusion_2": "2026-04-30",
    "locale": "en_US",
    "today": TODAY.isoformat(),
}
WANTED_MS = {1: 30, 8: 100}
"""The 95th percentile, by how many type at once."""
EACH, WARMING = 60, 15
SHARE = 0.95


def measure() -> Iterator[Line]:
    """One after the other and eight at once, each typing another dose each time."""
    with _serving() as port:
        _typed(port, WARMING)
        for clients, wanted in WANTED_MS.items():
            with ThreadPoolExecutor(clients) as many:
                found = [
                    times
                    for some in many.map(_typed, [port] * clients, [EACH] * clients)
                    for times in some
                ]
            served, waited = [at for at, _ in found], [for_it for _, for_it in found]
            most = _percentile(served)
            yield Line(
                f"preview at the server, {clients} typing, p95",
                f"{most:.1f} ms (median {median(served):.1f})",
                f"<= {wanted} ms",
                most <= wanted,
            )
            yield Line(
                "  what those who type wait for it, p95",
                f"{_percentile(waited):.1f} ms (median {median(waited):.1f})",
            )
    alone = [_planning(i) for i in range(EACH)]
    yield Line("  planning what is typed, alone, p95", f"{_percentile(alone):.1f} ms")


def _percentile(found: Sequence[float]) -> float:
    return sorted(found)[ceil(SHARE * len(found)) - 1]


def _form(i: int) -> dict[str, str]:
    return {**FORM, "dose_mg": f"{10 + i % 31 / 2:g}"}


def _planning(i: int) -> float:
    began = time.perf_counter()
    planned(_form(i), TODAY)
    return (time.perf_counter() - began) * 1000


def _typed(port: int, times: int) -> list[tuple[float, float]]:
    """What the server says that each answer took, and what was waited for it, in ms.

    The server counts from when it read the last of what was asked, a turn that is waited for
    too, until it sends; the other has both ways over the wire and the time of this process.
    """
    asked = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for i in range(times):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        asked.request("POST", "/preview", urlencode(_form(i)), headers)
        answer = asked.getresponse()
        answer.read()
        assert answer.status == 200
        (ms,) = re.findall(r"dur=([0-9.]+)", answer.headers["Server-Timing"])
        took.append((float(ms), (time.perf_counter() - began) * 1000))
    asked.close()
    return took


@contextmanager
def _serving() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "taper", "serve", "--port", str(port)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
    )
    assert served.stderr is not None
    try:
        served.stderr.readline()  # that it serves
        yield port
    finally:
        served.terminate()
        served.wait()
        served.stderr.close()
