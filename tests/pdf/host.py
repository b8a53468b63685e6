"""A program with a renderer, loggers and a collector of its own, which prints with taper.

`test_host.py` runs it in a process of its own; it says which papers it printed, by their hash, and
what of the process is other than it was.
"""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pydyf
import weasyprint

THEIRS = ("weasyprint", "pydyf", "tinycss2", "cssselect2", "zlib", "logging", "gc")
STEERED = {"HB_SHAPER_LIST": "ot", "PANGO_LANGUAGE": "ja"}


def attributes() -> Iterator[tuple[str, object]]:
    """Every name in every module and class of the libraries, and what it stands for."""
    for module in [name for name in sys.modules if name.partition(".")[0] in THEIRS]:
        for name, value in list(vars(sys.modules[module]).items()):
            yield f"{module}.{name}", value
            if isinstance(value, type) and value.__module__.partition(".")[0] in THEIRS:
                for key, of_class in list(vars(value).items()):
                    yield f"{module}.{name}.{key}", of_class


def surroundings() -> dict[str, object]:
    """What belongs to the whole process, by value."""
    logger = logging.getLogger("weasyprint")
    return {
        "environment": dict(os.environ),
        "collector": (gc.isenabled(), gc.get_threshold()),
        "logger": (logger.level, logger.disabled, list(logger.handlers)),
        "other loggers": (list(logging.root.handlers), logging.root.level),
        "signals": [signal.getsignal(each) for each in signal.valid_signals()],
        "threads": threading.active_count(),
        "path": list(sys.path),
        "objects of a file": pydyf.Stream([b"x"], compress=True).data,
    }


def printed_by(threads: int) -> dict[str, str]:
    """Papers of every kind, by their hash."""
    from pdf.papers import PAPERS, PLANS, printed

    def one(kind: str) -> str:
        return hashlib.sha256(printed(PLANS["provisional"], kind)).hexdigest()

    with ThreadPoolExecutor(threads) as pool:
        return dict(zip(PAPERS, pool.map(one, PAPERS), strict=True))


def of_its_own() -> bytes:
    return bytes(weasyprint.HTML(string="<title>x</title><p>5 mg").write_pdf())


def main() -> None:
    os.environ |= STEERED
    logging.getLogger("weasyprint").disabled = True  # as a program's settings of logging do
    mine, before, around = of_its_own(), dict(attributes()), surroundings()
    papers = printed_by(threads=4)
    after, later = dict(attributes()), surroundings()
    changed = [name for name, value in before.items() if after.get(name) is not value]
    changed += [name for name, value in around.items() if later[name] != value]
    if of_its_own() != mine:
        changed.append("what it prints itself")
    print(json.dumps({"papers": papers, "changed": changed}))


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    main()
