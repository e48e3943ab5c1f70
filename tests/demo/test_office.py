import pytest
from asking import Ask, opened

from planrunner.demo.accounts import token
from planrunner.demo.office import LISTS

EMAIL = "test@example.com"
ME = {"Authorization": f"Bearer {token(EMAIL)}"}


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_the_built_in_tester_gets_a_token(ask: Ask) -> None:
    reply = ask("POST", "/auth/login/", json={"email": EMAIL, "password": "testpassword123"})
    assert (reply.status_code, reply.json()) == (200, {"token": token(EMAIL), "user": {"email": EMAIL}})


def test_a_wrong_password_is_refused(ask: Ask) -> None:
    assert ask("POST", "/auth/login/", json={"email": EMAIL, "password": "x"}).status_code == 401


def test_who_asks_is_told_who_it_is(ask: Ask) -> None:
    assert ask("GET", "/auth/me/", headers=ME).json() == {"email": EMAIL}


def test_there_are_two_teams(ask: Ask) -> None:
    told = ask("GET", "/auth/me/teams/", headers=ME).json()
    assert told == {"teams": [{"id": 1, "name": "Kitchen"}, {"id": 2, "name": "Delivery"}]}


def test_the_office_is_healthy(ask: Ask) -> None:
    assert ask("GET", "/health/").text == "OK"


@pytest.mark.parametrize(("name", "title"), LISTS.items())
def test_every_list_has_something_on_it(ask: Ask, name: str, title: str) -> None:
    told = ask("GET", f"/api/{name}/", headers=ME).json()
    assert told == {"count": 1, "results": [{"id": 1, "title": title, "owner": "default"}]}


def test_what_is_added_comes_first(ask: Ask) -> None:
    made = ask("POST", "/api/tasks/", json={"title": "Bake"}, headers=ME)
    assert (made.status_code, made.json()) == (201, {"id": 2, "title": "Bake", "owner": EMAIL})
    told = ask("GET", "/api/tasks/?limit=1", headers=ME).json()
    assert (told["count"], told["results"]) == (2, [made.json()])


@pytest.mark.parametrize("path", ["/auth/me/", "/auth/me/teams/", "/api/tasks/", "/api/core/projects/"])
def test_nothing_is_shown_without_a_token(ask: Ask, path: str) -> None:
    assert ask("GET", path).status_code == 401


@pytest.mark.parametrize("name", ["tasks", "campaigns", "projects"])
def test_pages_are_for_everybody(ask: Ask, name: str) -> None:
    reply = ask("GET", f"/{name}")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{name.title()}</h1>" in reply.text
