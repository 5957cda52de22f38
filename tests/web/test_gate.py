"""What every request passes: host, size, who really asks; the same headers on pages and API, errors included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from lxml import html

from engine.library import LANGUAGES
from tests.unit.content_samples import sample_files
from tests.web.running import PASSWORD, Hands, house_at, served, write_content
from web.bare import LANGUAGE_COOKIE
from web.headers import SECURITY_HEADERS
from web.house import build
from web.settings import Settings
from web.words import Words

STRONG = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"


@pytest.fixture
def content(tmp_path: Path) -> str:
    return write_content(tmp_path / "content", sample_files())


@contextmanager
def at(url: str, content: str, **more: object) -> Iterator[httpx.Client]:
    with (
        house_at(url, content, Hands(), **more) as house,
        served(house) as address,
        httpx.Client(base_url=address.url) as http,
    ):
        yield http


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the house is that tests only ask: it keeps nothing of what one of them does."""
    folder = tmp_path_factory.mktemp("gate")
    database = folder / "isange.db"
    database.write_bytes(sqlite_template.read_bytes())
    with at(f"sqlite:///{database}", write_content(folder / "content", sample_files())) as http:
        yield str(http.base_url)


@pytest.fixture
def http(site: str) -> Iterator[httpx.Client]:
    """Somebody who is new there."""
    with httpx.Client(base_url=site) as http:
        yield http


@pytest.fixture
def alone(sqlite_url: str, content: str) -> Iterator[httpx.Client]:
    """Somebody at a house where nobody else was before."""
    with at(sqlite_url, content) as http:
        yield http


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("POST", "/nowhere"),
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/nowhere"),
        ("GET", "/api/v1/tasks"),
        ("POST", "/api/v1/sessions"),
        ("GET", "/api/v1/openapi.json"),
    ],
)
def test_pages_and_api_send_the_same_headers_whatever_the_answer(http: httpx.Client, method: str, path: str):
    answer = http.request(method, path)
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_host_that_is_not_served_is_refused(http: httpx.Client):
    answer = http.get("/api/v1/health", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "unknown_host")
    assert http.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert http.get("/api/v1/health", headers={"Host": "LOCALHOST:1234"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["localhost:abc", "localhost:99999", "localhost:", "localhost:80:80", "", "[::1", "a@localhost"]
)
def test_a_host_that_is_no_host_is_refused_like_a_foreign_one(http: httpx.Client, host: str):
    assert http.get("/work", headers={"Host": host}).status_code == 421
    assert http.get("/work", headers={"Host": "localhost:abc"}).status_code == 421


@pytest.mark.parametrize("letters", ["%00", "%ED%A0%80", "%FF", "%0D%0A", "%1B"])
@pytest.mark.parametrize("path", ["/tasks/{}", "/work?role={}", "/api/v1/tasks/{}", "/api/v1/tasks?role={}"])
def test_an_address_that_is_no_text_is_refused(http: httpx.Client, path: str, letters: str):
    assert http.get(path.format(letters)).status_code == 400


@pytest.mark.parametrize("address", ["%5Cud800/find", "*", "http://localhost/work", "api/v1/tasks"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_address_that_is_no_path_gets_a_page_of_ours(http: httpx.Client, method: str, address: str):
    with closing(HTTPConnection("localhost", http.base_url.port)) as wire:  # httpx would write the slash
        wire.request(method, address, headers={"Content-Length": "0"})
        answer = wire.getresponse()
        page = html.fromstring(answer.read())

    assert (answer.status, answer.headers.get_content_type()) == (400, "text/html")
    assert page.findtext(".//h1") == Words("en")("error.400")
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_in_production_nothing_is_served_in_plain_http_but_whether_it_lives(sqlite_url: str, content: str):
    Path(sqlite_url.removeprefix("sqlite:///")).chmod(0o600)
    settings = Settings(
        mode="production", key_text=STRONG, database=sqlite_url, content=content, proxies=1, worker=False
    )
    house = build(settings)
    with closing(house), served(house) as address, httpx.Client(base_url=address.url) as http:
        assert http.get("/api/v1/editions").json()["code"] == "tls_needed"
        for path in ("/", "/sign-in", "/api/v1/editions"):
            assert http.get(path).status_code == 403
            assert http.get(path, headers={"X-Forwarded-Proto": "https"}).status_code in (200, 303, 401)
        assert http.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/sessions"])
def test_a_body_that_is_too_large_or_of_unknown_length_is_not_read(http: httpx.Client, path: str):
    assert http.post(path, content=b"x" * (500 * 1024 + 1)).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b"x"

    assert http.post(path, content=endless()).status_code == 411


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"url": "/work?role=%00"}),
        (400, {"url": "/cases/%00"}),
        (411, {"url": "/work", "method": "POST", "content": iter([b"x"])}),
        (413, {"url": "/work", "method": "POST", "content": b"x" * (500 * 1024 + 1)}),
        (413, {"url": "/work", "method": "POST", "content": b"x" * (4 * 500 * 1024 + 1)}),
        (421, {"url": "/work", "headers": {"Host": "evil.example"}}),
    ],
)
def test_people_read_a_page_in_their_language_where_programs_read_a_problem(
    http: httpx.Client, status: int, asked: dict[str, Any], language: str
):
    http.cookies.set(LANGUAGE_COOKIE, language)
    answer = http.request(**({"method": "GET"} | asked))
    words = Words(language)

    page = html.fromstring(answer.text)
    assert (answer.status_code, page.get("lang")) == (status, language)
    assert page.findtext(".//h1") == words(f"error.{status}")
    assert words(f"error.{status}.do", limit=500) in page.text_content()
    for_the_administrator = [one.text for one in page.findall(".//p[@lang='en']")]
    assert bool(for_the_administrator) == (status == 421)


@pytest.mark.parametrize("letters", ["%00", "%FF", "%C2%85", "%ED%A0%80"])
@pytest.mark.parametrize("address", ["/duties?find={}", "/cases/{}", "/{}", "/static/{}"])
def test_who_is_signed_in_reads_in_their_own_language_that_an_address_is_not_right(
    http: httpx.Client, address: str, letters: str
):
    http.post("/sign-in", data={"login": "reception", "password": PASSWORD})
    csrf = html.fromstring(http.get("/help").text).xpath("//input[@name='csrf']/@value")[0]
    http.post("/language", data={"csrf": csrf, "screen_language": "rw"})
    http.cookies.delete(LANGUAGE_COOKIE)

    page = html.fromstring(http.get(address.format(letters)).text)

    assert page.get("lang") == "rw"
    assert page.xpath("//a[@href='/account']/text()")
    assert page.xpath("//main//h1/text()")


def test_the_log_names_what_was_refused_and_not_the_page_that_told_it(alone: httpx.Client):
    with structlog.testing.capture_logs() as logged:
        alone.post("/tasks/%00", data={"csrf": "ZZCANARY"})
        alone.get("/api/v1/health")  # on the same connection: the line of the request before it is written by then

    assert [(line["method"], line["path"], line["status"]) for line in logged][0] == ("POST", "/tasks/\0", 400)


def test_who_asks_cannot_be_forged_without_a_proxy_of_ours(alone: httpx.Client):
    for number in range(20):
        sign_in(alone, f"nobody{number}", f"10.0.0.{number}")
    assert sign_in(alone, "reception", "10.0.0.99").status_code == 429


def test_behind_one_proxy_its_word_counts_and_the_callers_own_does_not(sqlite_url: str, content: str):
    with at(sqlite_url, content, proxies=1) as http:
        for number in range(20):
            sign_in(http, f"nobody{number}", f"10.0.0.{number}, 41.0.0.1")
        assert sign_in(http, "reception", "10.0.0.99, 41.0.0.1").status_code == 429
        assert sign_in(http, "reception", "10.0.0.99, 41.0.0.2").status_code == 201


def sign_in(http: httpx.Client, login: str, forwarded: str) -> httpx.Response:
    body = {"login": login, "password": PASSWORD}
    return http.post("/api/v1/sessions", json=body, headers={"X-Forwarded-For": forwarded})


def test_a_request_is_one_line_of_the_log_without_its_query(alone: httpx.Client):
    with structlog.testing.capture_logs() as logged:
        alone.get("/api/v1/tasks?role=ZZCANARY", headers={"Cookie": "a=ZZCANARY", "Authorization": "Bearer ZZCANARY"})
        alone.get("/api/v1/health")  # on the same connection: the line of the request before it is written by then
    (line,) = (line for line in logged if line["path"] != "/api/v1/health")
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/api/v1/tasks", 401)
    assert "ZZCANARY" not in repr(line)
