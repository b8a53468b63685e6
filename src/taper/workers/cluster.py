"""A batch on a Dask cluster: the same chunks handed to workers on other machines, or on this one.

Workers read participants and protocols by their path, as any worker does: a cluster needs the same
files at the same place, and the same taper, so that the bytes are the same. Both are looked at
before anything is written and the latter again with each chunk, for a worker may join later. A
chunk whose worker is lost is given to another; only this process writes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from taper.errors import EnvironmentLacking, TaperError
from taper.paper.press.ownership import owned
from taper.workers.access import Access
from taper.workers.agreement import Agreement, looked_at, marks, seen_once
from taper.workers.pool import Pool, WorkersLost

CONNECT_SECONDS = 10
"""How long a scheduler, and then its first worker, is waited for."""
START_SECONDS = 60
"""How long workers of our own may take to start."""
LOOK_SECONDS, LOOKS_WITHOUT_WORKER = 10, 6
"""How often it is looked whether a worker is left, and how many looks without one end a batch."""
LACKING = (
    "distributed is missing, which talks to a Dask cluster: install taper with its extra [dask], "
    "as by pip install '.[dask]' in its folder, or leave out --dask."
)

_LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
_SILENT = logging.CRITICAL + 1
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def pool(access: Access, source: Path, workers: int, stop: Event | None = None) -> Iterator[Pool]:
    """The workers of a cluster; of `local`, so many processes of this machine.

    Raises `EnvironmentLacking` where there is no cluster, or one that would not write the same.
    """
    try:
        import distributed  # noqa: F401 - asked for before anything is begun
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING) from lacking
    with ExitStack() as during:
        during.enter_context(_silent())
        security = access.security()
        cluster = during.enter_context(_cluster(access, workers, security))
        client = during.enter_context(_client(cluster, access, workers, security))
        terms = Agreement.of(source, str(client.id))
        found = looked_at(client, access.address, terms)
        results = Results(client, access.address)
        with Pool(OnCluster(client, terms), found, stop or Event(), results.of) as made:
            yield made


# Work on the cluster --------------------------------------------------------------------------


class OnCluster(Executor):
    """Dask's own executor, each task preceded by a look at who does it."""

    def __init__(self, client: Any, terms: Agreement) -> None:
        self._executor = client.get_executor(pure=False)
        self._terms = terms

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have it done by a worker."""
        future: Future[Any] = self._executor.submit(_as_here, self._terms, fn, args, kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give back what was not begun."""
        with contextlib.suppress(Exception):  # a cluster that is gone has nothing to give back
            self._executor.shutdown(wait=wait and not cancel_futures)


def _as_here(terms: Agreement, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Do it on a worker, as it would be done here: one chunk at a time, whatever its threads.

    Relative paths are meant from our folder, which is the whole process's. While a chunk is done
    the process is taper's own; what else runs on a worker finds everything as it was.
    """
    from distributed import get_worker

    seen = seen_once(terms.batch, terms.folder, terms.source)
    terms.refuse_other(str(get_worker().address), marks(), seen)
    with _ONE_AT_A_TIME, owned(), contextlib.chdir(terms.folder):
        return fn(*args, **kwargs)


class Results:
    """Waits for results, and looks now and then whether anybody is left to give them."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._looks_without_worker = 0

    def of(self, future: Future[Any]) -> Any:
        """The result, or the refusal of a worker; raises `WorkersLost` where none will come."""
        while True:
            try:
                return future.result(timeout=LOOK_SECONDS)
            except TaperError:
                raise
            except TimeoutError as waited:
                if future.done():
                    raise self._lost(waited) from waited
                self._look()
            except Exception as lost:
                raise self._lost(lost) from lost

    def _look(self) -> None:
        try:
            is_deserted = not self._client.nthreads()
        except Exception as lost:
            raise self._lost(lost) from lost
        self._looks_without_worker = self._looks_without_worker + 1 if is_deserted else 0
        if self._looks_without_worker >= LOOKS_WITHOUT_WORKER:
            raise self._lost(None)

    def _lost(self, error: Exception | None) -> WorkersLost:
        why = "it has no worker any more" if error is None else type(error).__name__
        return WorkersLost(
            f"The Dask cluster {self._address} was lost ({why}); what was done before is whole, "
            "and the same command goes on from there."
        )


# Connecting -----------------------------------------------------------------------------------


@contextmanager
def _cluster(access: Access, workers: int, security: Any) -> Iterator[Any]:
    """What a client connects to: the address, or a cluster of our own for as long as it lasts."""
    if not access.is_ours:
        yield access.address
        return
    import dask
    from distributed import LocalCluster

    quiet = {
        # a worker that is started again later is to be as silent as the first
        "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",
        # a port for pages is opened in any case: it shows none
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
    }
    with (
        tempfile.TemporaryDirectory(prefix="taper-", ignore_cleanup_errors=True) as scratch,
        dask.config.set(quiet),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            protocol="tls://",
            security=security,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=_SILENT,
            memory_limit=0,
            local_directory=scratch,
            preload=__name__,
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _client(cluster: Any, access: Access, workers: int, security: Any) -> Iterator[Any]:
    from distributed import Client

    try:
        client = Client(cluster, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError) as unreachable:
        raise EnvironmentLacking(
            f"No Dask scheduler answers at {access.address} within {CONNECT_SECONDS} seconds; "
            f"allowed: the address of one that runs{_that_trusts(access)}."
        ) from unreachable
    with client:
        try:
            if access.is_ours:
                client.wait_for_workers(workers, timeout=START_SECONDS)
            else:
                client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as none:
            raise EnvironmentLacking(
                f"The Dask cluster {access.address} has no worker; allowed: one or more, with the "
                "same taper."
            ) from none
        yield client


def _that_trusts(access: Access) -> str:
    return " and knows this certificate" if access.address.startswith("tls:") else ""


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing that Dask logs is meant for who runs a batch: what concerns them is a sentence."""
    import distributed  # noqa: F401 - it sets its levels when it is imported

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(_SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def dask_setup(worker: Any) -> None:  # noqa: ARG001 - Dask calls it with the worker
    """Begin as a worker of our own: Ctrl-C is for the first process, and so is the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
