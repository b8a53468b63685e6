"""`taper batch --dask`: the same batch on a Dask cluster, on loopback only.

One cluster of two processes serves all tests that need one.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import taper
from taper.errors import EnvironmentLacking, ExitCode
from taper.folder.keeping import Together
from taper.folder.outcomes import Outcome
from taper.operations.plans.outputs import Format, Output
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.workers import agreement, cluster
from taper.workers.access import LACKING_KEYS, LOCAL, Access
from taper.workers.agreement import Agreement
from taper.workers.cluster import Results
from taper.workers.pool import Pool, WorkersLost

TODAY = date(2026, 11, 23)
BAD = "participant: BAD-1\nprotocol: iimpact\nsteroid: {drug: sugar, dose_mg: 5}\n"


OURS = Access(LOCAL)


@pytest.fixture(scope="module")
def access(tmp_path_factory) -> Iterator[Access]:
    """A real cluster of two processes, told of by its address and certificates as any other."""
    with cluster._silent(), cluster._cluster(OURS, 2, OURS.security()) as local:
        local.wait_for_workers(2, timeout=cluster.START_SECONDS)
        yield told_of(local, tmp_path_factory.mktemp("keys"))


def told_of(local, keys: Path) -> Access:
    """How a cluster is reached by who has its certificates in files."""
    for name, pem in (
        ("ca", local.security.tls_ca_file),
        ("cert", local.security.tls_client_cert),
        ("key", local.security.tls_client_key),
    ):
        (keys / name).write_text(pem)
    return Access(local.scheduler_address, keys / "ca", keys / "cert", keys / "key")


def words_of(access: Access) -> list[str]:
    """The same on a command line."""
    files = [str(word) for pair in access.certificates.items() for word in pair]
    return ["--dask", access.address, *files]


@pytest.fixture
def site(write) -> Path:
    """Forty participants, one of them refused."""
    for number in range(40):
        path = write(f"IIM-{number:03}.yaml")
    write("IIM-005.yaml", BAD)
    return path.parent


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# The same, wherever it is done ------------------------------------------------------------------


def test_bytes_and_words_are_those_of_one_process(run, site, tmp_path, access):
    said = {}
    for words in (("--workers", 1), words_of(access)):
        # a relative source: a worker has another folder to begin with
        result = run("batch", "patients", "--out", "out", "--format", "json", *words)
        said[words[0]] = (result.exit_code, result.stdout, result.stderr, tree(tmp_path / "out"))
        (tmp_path / "out").rename(tmp_path / f"out{words[0]}")
    assert said["--dask"] == said["--workers"]
    assert said["--dask"][0] == ExitCode.SOME_REFUSED


def test_calendars_are_the_same_too(run, write, tmp_path, access):
    write()
    for words in (("--workers", 1), words_of(access)):
        result = run("batch", "patients", "--out", "out", "--format", "pdf", *words)
        assert (result.exit_code, result.stderr) == (0, "")
        (tmp_path / "out").rename(tmp_path / f"out{words[0]}")
    assert tree(tmp_path / "out--dask") == tree(tmp_path / "out--workers")


def test_rows_of_a_table_are_handed_out_in_chunks(access, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    handed: list[int] = []
    submit = cluster.OnCluster.submit

    def counted(self, fn, /, *args, **kwargs):
        handed.append(len(args[0]))
        return submit(self, fn, *args, **kwargs)

    monkeypatch.setattr(cluster.OnCluster, "submit", counted)
    head = "participant,protocol,drug,dose_mg,strengths,infusion_1,infusion_2"
    row = 'A-{:03},iimpact,prednisone,25,"20; 5; 2.5; 1",2026-01-31,2026-04-30'
    table = tmp_path / "site.csv"
    table.write_text("\n".join([head, *(row.format(n) for n in range(80)), ""]))
    with cluster.pool(access, table, 2) as pool:
        outcomes = list(
            runs.batch(
                Asked(source=table, out=tmp_path / "out", outputs=(), today=TODAY), pool=pool
            )
        )
    assert len(outcomes) == 80
    assert sum(handed) == 80
    assert len(handed) == 40  # a chunk a task, so fine that all workers end together


# A worker that is killed ------------------------------------------------------------------------


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(site, tmp_path, monkeypatch, access):
    monkeypatch.chdir(tmp_path)
    one_by_one = Together(participants=1)  # most are still worked on when the first is told

    def batch(out: Path, pool: Pool, each: Callable[[int], None]) -> list[Outcome]:
        outcomes = []
        asked = Asked(source=site, out=out, outputs=(Output(Format.JSON),), today=TODAY)
        for outcome in runs.batch(asked, pool=pool, together=one_by_one):
            outcomes.append(outcome)
            each(len(outcomes))
        return outcomes

    with Pool.of(1) as pool:
        expected = batch(tmp_path / "right", pool, lambda _: None)

    with cluster.pool(access, site, 2) as pool:
        client = pool.executor._executor._client
        pids = client.run(os.getpid)

        def kill(done: int) -> None:
            if done == 1:
                os.kill(next(iter(pids.values())), signal.SIGKILL)

        assert batch(tmp_path / "out", pool, kill) == expected
        client.wait_for_workers(2, timeout=cluster.START_SECONDS)
        assert set(client.run(os.getpid).values()) != set(pids.values())
    assert tree(tmp_path / "out") == tree(tmp_path / "right")


# What is no cluster -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "here",
        "tcp://",
        "tcp://host",
        "host:8786",
        "http://host:8786",
        "tcp://h:99999",
        "tcp://h:0",
    ],
)
def test_what_is_no_address_is_a_wrong_command(run, write, tmp_path, typed):
    write()
    result = run("batch", "patients", "--out", "out", "--dask", typed)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("--dask is ")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "typed", ["local", "tcp://127.0.0.1:8786", "tls://10.0.0.1:1", "tcp://[::1]:8786"]
)
def test_what_is_an_address(typed):
    assert Access(typed).checked().address == typed


def test_a_cluster_has_its_own_workers(run, write):
    write()
    words = ("--dask", "tcp://127.0.0.1:8786", "--workers", 2)
    result = run("batch", "patients", "--out", "out", *words)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("--workers is given with --dask tcp://127.0.0.1:8786; allowed")


def test_nobody_who_answers_is_one_sentence_after_a_while(run, write, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    write()
    result = run("batch", "patients", "--out", "out", "--dask", "tcp://127.0.0.1:1")
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert result.stderr == (
        "No Dask scheduler answers at tcp://127.0.0.1:1 within 1 seconds; allowed: the address of "
        "one that runs.\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_cluster_without_worker_is_one_sentence(run, write, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    write()
    with cluster._silent(), cluster._cluster(OURS, 0, OURS.security()) as local:
        result = run("batch", "patients", "--out", "out", *words_of(told_of(local, tmp_path)))
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert result.stderr.endswith("has no worker; allowed: one or more, with the same taper.\n")
    assert not (tmp_path / "out").exists()


def test_without_distributed_one_sentence_says_so(run, write, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    write()
    result = run("batch", "patients", "--out", "out", "--dask", "local")
    assert (result.exit_code, result.stderr) == (ExitCode.ENVIRONMENT, f"{cluster.LACKING}\n")
    assert ".[dask]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_worker_is_known_by_all_that_the_bytes_of_a_calendar_depend_on():
    marks = agreement.marks()
    assert {"taper", "taper's files", "weasyprint", "pydyf", "zlib", "Pango"} <= marks.keys()
    assert re.fullmatch(r"\d+\.\d+\.\d+", marks["HarfBuzz"])


# Workers that are otherwise ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        ("taper", f"taper {taper.__version__}"),
        ("taper's files", "taper's files"),
        ("weasyprint", "weasyprint"),
    ],
)
def test_a_worker_with_another_installation_is_refused_before_anything_is_written(
    run, site, tmp_path, monkeypatch, access, mark, named
):
    other = {**agreement.marks(), mark: "of another day"}
    monkeypatch.setattr(agreement, "marks", lambda: other)
    result = run("batch", "patients", "--out", "out", *words_of(access))
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert len(result.stderr.splitlines()) == 1
    assert f" has {named}" in result.stderr
    assert "and this machine of another day: calendars would differ" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_worker_that_joins_later_is_looked_at_too(site, access, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with cluster.pool(access, site, 2) as pool:
        terms = pool.executor._terms
        pool.executor._terms = replace(terms, marks={**terms.marks, "taper": "9"})
        told = re.escape(f"has taper {taper.__version__}, and this machine 9")
        with pytest.raises(EnvironmentLacking, match=told):
            list(pool.in_order(str, range(3)))


@pytest.mark.parametrize("place", [".", "protocols"])
def test_a_worker_without_the_same_files_is_refused(
    run, write, access, tmp_path, monkeypatch, place
):
    """Of the same name and size, and with another date: as in a copy of yesterday."""
    path = write()
    (path.parent / place).mkdir(exist_ok=True)
    path = path if place == "." else path.replace(path.parent / place / "p.yaml")
    write("IIM-002.yaml")
    seen = Agreement.of

    def otherwise(*of: object) -> Agreement:
        terms = seen(*of)
        path.write_text(path.read_text().replace("2026-04-30", "2026-05-07"))
        return terms

    monkeypatch.setattr(Agreement, "of", otherwise)
    result = run("batch", "patients", "--out", "out", *words_of(access))
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert "does not see patients as this machine does; allowed: workers that share" in (
        result.stderr
    )
    assert not (tmp_path / "out").exists()


def test_a_worker_looks_at_the_files_with_its_first_chunk_too(site, access, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with cluster.pool(access, site, 2) as pool:
        pool.executor._terms = replace(pool.executor._terms, seen="otherwise", batch="another")
        with pytest.raises(EnvironmentLacking, match="does not see"):
            list(pool.in_order(str, range(3)))


# Who may listen, and who may talk ---------------------------------------------------------------


def test_a_cluster_of_our_own_is_encrypted_and_turns_away_who_lacks_its_key(access, tmp_path):
    """A neighbour on this machine can run nothing in a batch."""
    from distributed import Client

    assert access.address.startswith("tls://127.0.0.1:")
    stranger = Access(access.address, *_strangers_keys(tmp_path)).security()
    for address, security in ((access.address, stranger), (f"tcp{access.address[3:]}", None)):
        with cluster._silent(), pytest.raises(OSError, match=r"TLS cert|Timed|Errno"):
            Client(address, security=security, timeout=2)


def test_every_port_of_a_cluster_of_our_own_is_on_loopback(access, site):
    import psutil

    with cluster.pool(access, site, 2) as pool:
        client = pool.executor._executor._client
        pids = {os.getpid(), *client.run(os.getpid).values()}
        held = [c for pid in pids for c in psutil.Process(pid).net_connections("inet")]
    listening = {each.laddr.ip for each in held if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def _strangers_keys(folder: Path) -> tuple[Path, Path, Path]:
    own = OURS.security()
    paths = (folder / "ca", folder / "cert", folder / "key")
    for path, pem in zip(
        paths, (own.tls_ca_file, own.tls_client_cert, own.tls_client_key), strict=True
    ):
        path.write_text(pem)
    return paths


def test_the_keys_of_a_cluster_of_our_own_are_in_no_file_and_no_environment(
    site, tmp_path, monkeypatch
):
    """Nothing that a neighbour or a later reader of the disk could find has them."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)
    with cluster.pool(OURS, site, 1) as pool:
        key = pool.executor._executor._client.security.tls_client_key
        pids = pool.executor._executor._client.run(os.getpid).values()
        asked = Asked(
            source=site, out=tmp_path / "out", outputs=(Output(Format.JSON),), today=TODAY
        )
        list(runs.batch(asked, pool=pool))
        secret = key.splitlines()[1].encode()
        told = [Path(f"/proc/{pid}/{what}") for pid in pids for what in ("environ", "cmdline")]
        assert having(secret, *told, *tmp_path.rglob("*")) == []
    assert having(secret, *tmp_path.rglob("*")) == []


def having(secret: bytes, *paths: Path) -> list[Path]:
    return [path for path in paths if path.is_file() and secret in path.read_bytes()]


@pytest.mark.parametrize("host", ["host", "10.0.0.1", "0.0.0.0", "[2001:db8::1]", "example.org"])
def test_another_machine_is_talked_to_in_plain_text_only_where_that_is_said(run, write, host):
    write()
    result = run("batch", "patients", "--out", "out", "--dask", f"tcp://{host}:8786")
    assert (result.exit_code, result.stderr) == (
        ExitCode.USAGE,
        f"--dask is tcp://{host}:8786, another machine without encryption; allowed: "
        "tls://HOST:PORT, or --dask-unencrypted where the network between is yours alone.\n",
    )
    assert Access(f"tcp://{host}:8786", is_unencrypted=True).checked()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "[::1]", "localhost"])
def test_this_machine_is_talked_to_as_it_listens(host):
    assert Access(f"tcp://{host}:8786").checked()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--dask-ca ca", "--dask-ca is given without --dask; allowed: both, or neither."),
        ("--dask-unencrypted", "--dask-unencrypted is given without --dask; allowed: both, or"),
        ("--dask local --dask-ca ca", "--dask-ca is given with --dask local; allowed: with an"),
        ("--dask tcp://h:1 --dask-key ca", "--dask-key is given with --dask tcp://h:1; allowed:"),
        ("--dask tls://h:1 --dask-ca ca", "--dask-ca is given alone; allowed: --dask-ca and"),
        ("--dask tls://h:1 --dask-cert ca", "--dask-cert is given alone; allowed: --dask-ca and"),
        ("--dask tls://h:1 --dask-ca no --dask-cert ca", "--dask-ca is 'no', which is no file; al"),
        ("--dask tls://h:1 --dask-unencrypted", "--dask-unencrypted is given with --dask tls://"),
        ("--dask local --dask-unencrypted", "--dask-unencrypted is given with --dask local, wh"),
        ("--dask tls://h:1", "--dask is tls://h:1, and no certificate is named; allowed: --dask-"),
    ],
)
def test_what_is_said_of_encryption_must_fit(run, write, tmp_path, words, said):
    write()
    (tmp_path / "ca").write_text("no certificate")
    result = run("batch", "patients", "--out", "out", *words.split())
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_certificate_that_is_none_is_one_sentence(run, write, tmp_path):
    write()
    (tmp_path / "ca").write_text("no certificate")
    words = ("--dask", "tls://h:1", "--dask-ca", "ca", "--dask-cert", "ca")
    result = run("batch", "patients", "--out", "out", *words)
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert result.stderr.startswith("The certificates for tls://h:1 cannot be used (")
    assert len(result.stderr.splitlines()) == 1


def test_certificates_may_stand_in_dasks_own_settings(access):
    import dask

    named = {
        "distributed.comm.tls.ca-file": str(access.ca),
        "distributed.comm.tls.client.cert": str(access.cert),
        "distributed.comm.tls.client.key": str(access.key),
    }
    with dask.config.set(named):
        assert Access(access.address).security().tls_client_key == str(access.key)


def test_without_cryptography_one_sentence_says_so(run, write, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    write()
    result = run("batch", "patients", "--out", "out", "--dask", "local")
    assert (result.exit_code, result.stderr) == (ExitCode.ENVIRONMENT, f"{LACKING_KEYS}\n")
    assert ".[dask]" in result.stderr


# The end of a cluster ---------------------------------------------------------------------------


class Never:
    """A future whose worker is gone."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def result(self, timeout: float) -> object:  # noqa: ARG002 - a future has it
        raise self.error or TimeoutError

    def done(self) -> bool:
        return self.error is not None


def test_a_batch_does_not_wait_for_ever_for_a_cluster_without_workers(monkeypatch):
    class Deserted:
        def nthreads(self) -> dict[str, int]:
            return {}

    with pytest.raises(WorkersLost, match="it has no worker any more"):
        Results(Deserted(), "tcp://h:1").of(Never())


def test_whatever_dask_says_of_its_end_is_one_sentence():
    with pytest.raises(WorkersLost) as lost:
        Results(None, "tcp://h:1").of(Never(ConnectionResetError("a traceback")))
    assert str(lost.value) == (
        "The Dask cluster tcp://h:1 was lost (ConnectionResetError); what was done before is "
        "whole, and the same command goes on from there."
    )


def test_a_cluster_that_is_lost_in_the_middle_ends_as_stopped(run, site, tmp_path, monkeypatch):
    result_of = Pool.of(1).result
    done: list[int] = []

    def lost(future):
        done.append(1)
        if len(done) > 20:  # all are read together, then planned one by one
            raise WorkersLost("The cluster was lost.")
        return result_of(future)

    pool = Pool(Pool.of(1).executor, 1, result=lost)
    monkeypatch.setattr(Pool, "of", lambda *_, **__: pool)
    result = run("batch", "patients", "--out", "out", "--format", "json")
    assert result.exit_code == ExitCode.STOPPED
    assert result.stderr.splitlines()[-1] == "The cluster was lost."


@pytest.mark.skipif(os.name == "nt", reason="Windows has another Ctrl-C")
def test_ctrl_c_ends_a_cluster_of_our_own_without_a_word_of_dask(process, write, tmp_path):
    for number in range(200):
        write(f"IIM-{number:03}.yaml")
    out = tmp_path / "out"
    words = ("--format", "json", "--dask", "local", "--workers", 1)
    running = process("batch", tmp_path / "patients", "--out", out, *words, start_new_session=True)
    assert running.stdout.readline().startswith(b"Participant")
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: every process hears it
    _, said = running.communicate(timeout=60)
    assert running.returncode == ExitCode.STOPPED
    assert len(said.splitlines()) == 2, said.decode()
    first, last = said.splitlines()
    assert first == b"Stopping after what has begun; Ctrl-C again stops at once."
    assert last.startswith(b"Stopped: ")
    assert not (out / ".taper").exists()
