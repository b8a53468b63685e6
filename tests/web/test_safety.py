"""Who is answered, what answers carry, and what ends nobody else's answer."""

from __future__ import annotations

import http.client
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from web.asking import FORM, HOST, Page
from web.serving import served_here

from taper.errors import TaperError
from taper.web.app import create_app, under
from taper.web.settings import MOST_BYTES, Settings
from taper.web.work import Here

EVIL = "http://evil.example"


def served(**told: object) -> Page:
    settings = Settings(**told)  # type: ignore[arg-type] - as each test says
    app = create_app(settings, Here(settings), lambda: date(2026, 5, 20))
    app.wsgi_app = under(settings.root_path, app.wsgi_app)  # type: ignore[method-assign]
    return Page(app.test_client())


# Whose requests are answered --------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1:80", "", "["])
def test_a_foreign_host_is_refused(page: Page, host: str):
    """Another name may lead to this machine (DNS rebinding)."""
    for path in ("/", "/healthz", "/openapi.json"):
        refused = page.get(path, Host=host)
        assert refused.status == 403
        assert "The host is" in refused.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_the_names_of_this_machine_are_answered(page: Page, host: str):
    assert page.get("/healthz", Host=host).status == 200


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://127.0.0.1:9999", f"ftp://{HOST}", "http://[", "x"]
)
def test_what_a_foreign_page_sends_is_refused(page: Page, origin: str):
    assert page.post("/", FORM, Origin=origin).status == 403
    refused = page.ask("/api/plan", {}, Origin=origin)
    assert refused.status == 403
    assert refused.response.mimetype == "application/problem+json"


def test_what_our_own_page_and_programs_send_is_answered(page: Page):
    assert page.post("/", FORM, Origin=f"http://{HOST}").status == 200
    assert page.post("/", FORM).status == 200
    assert page.post("/", FORM, **{"Sec-Fetch-Site": "cross-site"}).status == 403


def test_what_is_larger_than_allowed_is_refused_in_a_sentence(page: Page):
    large = {**FORM, "site": "x" * 400_000}
    for path in ("/", "/preview", "/papers/save"):
        refused = page.post(path, large)
        assert refused.status == 413
        assert f"larger than {MOST_BYTES // 1000} kB" in refused.text
    refused = page.ask("/api/plan", large)
    assert (refused.status, refused.json["status"]) == (413, 413)


def test_what_is_not_there_is_refused_in_a_sentence(page: Page):
    assert page.get("/nowhere").status == 404
    assert page.post("/papers/eat", FORM).status == 404
    assert page.get("/api/plan").json["status"] == 405
    assert "allowed: " in page.get("/static/..%2F..%2Fapp.py").text


# What answers carry -----------------------------------------------------------------------------


def test_every_answer_says_what_a_browser_may_do_with_it(page: Page):
    for answer in (page.get(), page.press(), page.get("/nowhere"), page.get("/healthz")):
        headers = answer.response.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers


def test_no_page_has_a_script_or_a_style_within(page: Page):
    """The policy would forbid it."""
    for answer in (page.get(), page.press(), page.press("flare"), page.get("/nowhere")):
        assert "<style" not in answer.html
        assert " style=" not in answer.html
        assert "<script>" not in answer.html
        assert " onclick=" not in answer.html


@pytest.mark.parametrize("name", ["page.css", "page.js", "favicon.svg", "TaperSans-Bold.ttf"])
def test_what_a_page_needs_is_served(page: Page, name: str):
    assert page.get(f"/static/{name}").status == 200
    assert page.get("/favicon.ico").response.mimetype == "image/svg+xml"


def test_nothing_that_was_typed_stands_in_a_log(page: Page, caplog, capfd):
    page.press(site="a-very-secret-clinic", dose_mg="x")
    page.get("/nowhere?secret=a-very-secret-clinic")
    said = caplog.text + "".join(capfd.readouterr())
    assert said == ""


def test_what_nobody_foresaw_is_a_sentence_without_a_value(page: Page, monkeypatch):
    from taper.web import calendar

    def fails(form, at):
        raise ZeroDivisionError(form["site"])

    monkeypatch.setattr(calendar, "filled_page", fails)
    refused = page.press(site="a-very-secret-clinic")
    assert refused.status == 500
    assert "taper itself failed (ZeroDivisionError in" in refused.text
    assert "secret" not in refused.text


# Files of this machine --------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["/etc/passwd", "../README.md", "README.md", "sample.yaml"])
def test_no_file_of_this_machine_is_read_for_a_stranger(page: Page, named: str, monkeypatch):
    opened: list[object] = []
    monkeypatch.setattr(Path, "open", lambda path, *_: opened.append(path))
    shown = page.press(protocol=named)
    assert shown.status == 422
    assert "root:" not in shown.text
    for body in (
        {"participant": named, "protocol": "iimpact", "today": "2026-05-20"},
        {
            "participant": {"participant": "A", "steroid": "none"},
            "protocol": named,
            "today": "2026-05-20",
        },
    ):
        assert page.ask("/api/plan", body).status == 422
    assert opened == []


def test_a_protocol_that_the_server_was_told_of_can_be_chosen():
    own = (
        b"id: own\ntitle: Our own trial\nversion: '1'\nstatus: draft\nsources: [ours]\n"
        b"infusions: [{number: 1, months: 0}]\nequivalence: us-label\nmarket: US\n"
        b"taper: {after_infusion: 1, target_mg: 5, regimen: ese-es-2024-fast}\n"
    )
    page = served(protocols={"own.yaml": own})
    assert "Our own trial (draft)" in page.get().text
    shown = page.press(protocol="own.yaml", infusion_2="")
    assert shown.status == 200
    assert "own 1 is draft" in shown.text


# Behind a proxy ---------------------------------------------------------------------------------


def test_below_a_path_every_address_is_below_it():
    page = served(root_path="/taper", names=("trial.example",))
    for path in ("/taper/", "/"):  # a proxy may take the path off
        html = page.get(path, Host="trial.example").html
        assert 'action="/taper/?lang=en"' in html
        assert 'href="/taper/static/page.css' in html
    own = page.post("/taper/", FORM, Host="trial.example", Origin="https://trial.example")
    assert own.status == 200
    assert 'formaction="/taper/papers/show?lang=en"' in own.html


def test_a_users_name_counts_only_where_the_server_was_told_the_header():
    told = served(user_header="X-Remote-User")
    refused = told.get()
    assert refused.status == 403
    assert "X-Remote-User is missing; allowed: requests of the proxy" in refused.text
    assert told.get("/healthz").status == 200
    assert told.get("/", **{"X-Remote-User": "lee"}).status == 200
    hold = {"event_type": "hold", "event_date": "2026-05-10", "event_reason": "infection"}
    form = {**FORM, "action": "propose", **hold}
    assert 'value="lee"' in told.post("/", form, **{"X-Remote-User": "lee"}).html
    as_bytes = {"X-Remote-User": "Müller".encode().decode("latin-1")}  # as a server tells UTF-8
    assert 'value="Müller"' in told.post("/", form, **as_bytes).html
    untold = served()
    assert 'value="lee"' not in untold.post("/", form, **{"X-Remote-User": "lee"}).html


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (["Doe, Jane"], "X-Remote-User is sent twice or has a comma in it; allowed: one such"),
        (["stranger", "lee"], "X-Remote-User is sent twice"),
        (["lee", ""], "X-Remote-User is sent twice"),
        (["x" * 201], "X-Remote-User is 201 characters; allowed: at most 200."),
        (["  "], "X-Remote-User is missing"),
    ],
)
def test_a_header_that_may_name_two_names_nobody(sent: list[str], said: str):
    """A server tells two headers as one with a comma between: no name is guessed from it."""
    told = served(user_header="X-Remote-User")
    named = [("X-Remote-User", each) for each in sent]
    refused = told.client.get("/", headers=[("Host", HOST), *named])
    assert refused.status_code == 403
    assert said in refused.get_data(as_text=True)


def test_the_server_tells_two_headers_as_one_and_none_that_only_looks_alike():
    """`X_Remote_User` would be told as `X-Remote-User`, which no proxy takes out."""
    settings = Settings(user_header="X-Remote-User")
    app = create_app(settings, Here(settings), lambda: date(2026, 5, 20))
    twice = [("X-Remote-User", "stranger"), ("X-Remote-User", "lee")]
    with served_here(settings, app) as port:
        for named, said in ((twice, b"is sent twice"), ([("X_Remote_User", "lee")], b"is missing")):
            with closing(http.client.HTTPConnection("127.0.0.1", port)) as asked:
                asked.putrequest("GET", "/", skip_host=True)
                for name, value in [("Host", HOST), *named]:
                    asked.putheader(name, value)
                asked.endheaders()
                answer = asked.getresponse()
                assert (answer.status, said in answer.read()) == (403, True)


def test_a_refusal_of_the_work_is_a_sentence_too(page: Page, monkeypatch):
    from taper.web import work

    monkeypatch.setattr(work.Here, "quick", _too_much)
    refused = page.press()
    assert refused.status == 503
    assert "took more than 10 seconds" in refused.text


def _too_much(*_: object) -> TaperError:
    from taper.web.status import TakesTooLong

    raise TakesTooLong("The answer took more than 10 seconds; allowed: less.")
