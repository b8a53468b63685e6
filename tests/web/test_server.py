"""The server itself: many at once, what hangs or eats memory, and a proxy before it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from typer.testing import CliRunner
from web.asking import FORM, SHEET, WITH_SHEET, Page
from web.serving import free_port, serving

from taper.cli import app
from taper.cli.serve import _files
from taper.confined.crew import Busy, Crew
from taper.errors import ExitCode
from taper.sources.raw import only
from taper.web.app import create_app
from taper.web.by_protocol import trial_of
from taper.web.settings import Settings
from taper.web.status import TakesTooLong
from taper.web.work import CHILD, Crews


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


def posted(url: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    asked = http.client.HTTPConnection(parts.netloc)
    with closing(asked):
        asked.request("POST", parts.path, body, headers)
        answer = asked.getresponse()
        return answer.status, answer.read()


def answered(url: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    """The same; who is told that the machine has no time just then asks again, as that says."""
    while True:
        status, answer = posted(url, body, **headers)
        if status != BUSY:
            return status, answer


BUSY = 503
JSON = {"Content-Type": "application/json"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def test_of_fifty_at_once_each_gets_the_answer_to_what_was_asked(address: str):
    doses = [f"{10 + i / 4:g}" for i in range(50)]

    def ask(mg: str) -> tuple[int, str]:
        body = {"doses": [{"dose_mg": mg, "drug": "prednisone"}], "to": "hydrocortisone"}
        status, answer = answered(f"{address}/api/convert", json.dumps(body).encode(), **JSON)
        return status, json.loads(answer)["from"][0]["dose_mg"]

    with ThreadPoolExecutor(50) as many:
        assert list(many.map(ask, doses)) == [(200, mg) for mg in doses]


def test_fifty_calendars_at_once_are_each_ones_own(address: str):
    def ask(i: int) -> bool:
        form = urlencode({**FORM, "participant": f"IIM-{i:03}"}).encode()
        status, answer = answered(f"{address}/preview", form, **FORM_TYPE)
        return status == 200 and f"IIM-{i:03}, " in json.loads(answer)["result"]

    with ThreadPoolExecutor(50) as many:
        assert all(many.map(ask, range(50)))


def test_a_body_of_400_kb_is_refused_in_a_sentence(address: str):
    status, answer = posted(f"{address}/", urlencode({"site": "x" * 400_000}).encode(), **FORM_TYPE)
    assert status == 413
    assert b"larger than 380 kB" in answer


def test_a_foreign_host_or_origin_is_refused_by_the_server_too(address: str):
    assert posted(f"{address}/", b"", Host="evil.example")[0] == 403
    assert posted(f"{address}/", b"", Origin="http://evil.example")[0] == 403


# What never ends, or wants everything -----------------------------------------------------------


class Hanging(Crews):
    """Every paper hangs."""

    def printed(self, who, do, *given):  # noqa: ARG002 - whatever is printed
        return super().printed(who, time.sleep, 600)


@pytest.fixture(scope="module")
def hanging() -> Iterator[tuple[Page, Crews]]:
    settings = Settings(seconds=600, print_seconds=1, memory_mb=700)
    work = Hanging(settings)
    yield Page(create_app(settings, work, lambda: date(2026, 5, 20)).test_client()), work
    work.close()


def test_a_rendering_that_hangs_is_ended_and_the_next_answer_comes(hanging):
    page, work = hanging
    refused = page.file("calendar.pdf")
    assert refused.status == 503
    assert "IIM-001: the time to print is more than 1 second; allowed: at most" in refused.text
    assert "Nothing was written." in refused.text
    assert page.press().status == 200
    with pytest.raises(TakesTooLong, match="the time to print"):
        work.printed("IIM-001", len, "")


def test_what_takes_too_long_or_too_much_costs_its_own_answer_alone(
    hanging, monkeypatch: pytest.MonkeyPatch
):
    _, work = hanging
    with monkeypatch.context() as hurried:  # what is to be right has all the time it wants
        hurried.setattr(work, "settings", replace(work.settings, seconds=1))
        hurried.setattr(work._quick, "limits", replace(work._quick.limits, seconds=1))
        with pytest.raises(TakesTooLong, match="took more than 1 second;"):
            work.quick(time.sleep, 600)
    with pytest.raises(TakesTooLong, match="for want of memory"):
        work.quick(bytes, 10**10)
    assert work.quick(len, "abc") == 3


def test_who_finds_nobody_free_is_told_so_and_no_more_processes_begin():
    crew = Crew(Crews(Settings())._quick.limits, 1, wait=0)
    assert crew.limits.module == CHILD
    crew.begin(1)
    assert crew._turns.take(0)  # somebody is at work
    with pytest.raises(Busy, match="Too much is asked at once"):
        crew.answer({}, len, "")
    assert len(crew._all) == 1
    crew._turns.give_back()
    crew.wait = 600
    assert crew.answer({}, len, "abc") == 3
    crew.close()


# Behind a proxy that authenticates --------------------------------------------------------------


@contextmanager
def proxy(to: int, path: str) -> Iterator[str]:
    """A small one: it knows who asks, says so in a header of its own, and drops what others say."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._forward(b"")

        def do_POST(self) -> None:
            self._forward(self.rfile.read(int(self.headers["Content-Length"])))

        def _forward(self, body: bytes) -> None:
            headers = {k: v for k, v in self.headers.items() if k != "X-Remote-User"}
            headers["X-Remote-User"] = "pharmacist-7"
            with closing(http.client.HTTPConnection("127.0.0.1", to)) as asked:
                asked.request(self.command, self.path, body, headers)
                answer = asked.getresponse()
                data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name not in ("Connection", "Transfer-Encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{path}"
    server.shutdown()
    server.server_close()


def test_behind_a_proxy_the_page_is_known_by_its_name_and_knows_who_asks():
    """As docs/web.md shows it: a path, the name of the proxy, the header of the user."""
    name = "trial.example"
    told = ("--root-path", "/taper", "--known-as", name, "--user-header", "X-Remote-User")
    hold = {"event_type": "hold", "event_date": "2026-05-10", "event_reason": "infection"}
    form = urlencode({**FORM, "action": "propose", **hold}).encode()
    with serving(*told) as own, proxy(urlsplit(own).port or 0, "/taper") as address:
        sent = {**FORM_TYPE, "Host": name, "Origin": f"https://{name}"}
        status, page = posted(f"{address}/", form, **sent, **{"X-Remote-User": "somebody else"})
        assert status == 200
        assert b'value="pharmacist-7"' in page
        assert b'action="/taper/?lang=en"' in page
        assert posted(f"{own}/taper/", form, **sent)[0] == 403  # past the proxy
        with urllib.request.urlopen(f"{own}/taper/healthz") as healthy:
            assert healthy.read() == b"ok\n"


# The command ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "0"], "--port is '0'; allowed: a whole number from 1 to 65535."),
        (["--port", "x"], "--port is 'x'; allowed"),
        (["--root-path", "taper"], "--root-path is 'taper'; allowed: a path such as /taper."),
        (["--print-seconds", "0"], "--print-seconds is '0'; allowed"),
        (["--host", "256.1.1.1"], "256.1.1.1:8765 cannot be listened to"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(words: list[str], said: str):
    done = CliRunner().invoke(app, ["serve", *words])
    assert done.exit_code == ExitCode.USAGE
    assert said in done.stderr


def test_a_port_that_is_taken_is_refused_in_a_sentence(address: str):
    done = CliRunner().invoke(app, ["serve", "--port", str(urlsplit(address).port)])
    assert done.exit_code == ExitCode.USAGE
    assert "cannot be listened to (address already in use)" in done.stderr


def test_a_protocol_that_is_wrong_is_refused_before_anything_is_served(tmp_path: Path):
    path = tmp_path / "own.yaml"
    path.write_text("id: own\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["serve", "--protocol", str(path)])
    assert done.exit_code == ExitCode.REFUSED
    assert "own.yaml: title is missing" in done.stderr


@pytest.mark.parametrize("twice", ["own.yaml", "ours.yaml"])
def test_two_protocols_or_regimens_of_one_name_are_refused(tmp_path: Path, twice: str):
    """The second would be planned by in the place of the first."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        protocol = "own.yaml" if twice == "own.yaml" else f"{name}.yaml"
        text = WITH_SHEET.replace("regimens/ours.yaml", "ours.yaml").replace(
            "title: Our", f"title: {name}"
        )
        (tmp_path / name / protocol).write_text(text)
        (tmp_path / name / "ours.yaml").write_text(SHEET.replace("title: Our", f"title: {name}"))
    (first,) = (path for path in (tmp_path / "a").iterdir() if path.name != "ours.yaml")
    (second,) = (path for path in (tmp_path / "b").iterdir() if path.name != "ours.yaml")
    done = CliRunner().invoke(app, ["serve", "--protocol", str(first), "--protocol", str(second)])
    assert done.exit_code == ExitCode.USAGE
    assert f"--protocol names two files called '{twice}'; allowed: one of each" in done.stderr


@pytest.mark.parametrize("named", ["./ours.yaml", "regimens//ours.yaml", "../x/ours.yaml"])
def test_a_regimen_is_served_however_its_path_is_written(tmp_path: Path, named: str):
    path = tmp_path / "a" / "own.yaml"
    sheet = path.parent / named
    for each, text in ((path, WITH_SHEET.replace("regimens/ours.yaml", named)), (sheet, SHEET)):
        each.parent.mkdir(exist_ok=True)
        each.write_text(text)
    with only(_files([path])):
        assert trial_of("own.yaml") is not None


def test_without_its_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    import sys

    monkeypatch.setitem(sys.modules, "waitress", None)
    done = CliRunner().invoke(app, ["serve"])
    assert done.exit_code == ExitCode.ENVIRONMENT
    assert "install taper with its extra [web]" in done.stderr


# What never reaches the application -------------------------------------------------------------


def sent_raw(address: str, raw: bytes) -> tuple[int, str, str]:
    """The status, the type and the body that come back."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port)) as asked:
        asked.sendall(raw)
        answer = http.client.HTTPResponse(asked)
        answer.begin()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.mark.parametrize(
    ("raw", "status", "kind", "said"),
    [
        (b"POST /api/plan HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n", 413, "json", "380 kB"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n", 413, "html", "380 kB"),
        (b"nonsense\r\n\r\n", 400, "json", "no HTTP that is understood"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431, "html", "no HTTP that is"),
    ],
)
def test_what_the_server_itself_refuses_is_a_sentence_too(
    address: str, raw: bytes, status: int, kind: str, said: str
):
    answer = sent_raw(address, raw)
    assert answer[0] == status
    assert kind in answer[1]
    assert said in answer[2]
    assert "generated by" not in answer[2]
