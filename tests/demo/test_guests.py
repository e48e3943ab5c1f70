from typing import Any

import pytest
from asking import Ask, opened

from planrunner.demo.accounts import token

ME = {"Authorization": f"Token {token('default')}"}
FINE = {"stars": 5, "pizza_id": 3}


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_a_user_is_created_with_a_number(ask: Ask) -> None:
    reply = ask("POST", "/api/users", json={"username": "ann", "password": "secret"})
    assert (reply.status_code, reply.json()) == (201, {"id": 3, "username": "ann"})


def test_a_taken_name_is_a_conflict(ask: Ask) -> None:
    reply = ask("POST", "/api/users", json={"username": "default", "password": "secret"})
    assert (reply.status_code, reply.json()) == (409, {"error": "there is a user 'default' already"})


def test_a_login_gives_the_token(ask: Ask) -> None:
    reply = ask("POST", "/api/users/token/login", json={"username": "default", "password": "12345678"})
    assert (reply.status_code, reply.json()) == (200, {"token": token("default")})


def test_a_wrong_password_is_refused(ask: Ask) -> None:
    reply = ask("POST", "/api/users/token/login", json={"username": "default", "password": "no"})
    assert (reply.status_code, reply.json()) == (401, {"error": "wrong username or password"})


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token"])
def test_a_token_is_accepted_under_its_schemes(ask: Ask, scheme: str) -> None:
    reply = ask("GET", "/api/ratings", headers={"Authorization": f"{scheme} {token('default')}"})
    assert (reply.status_code, reply.json()) == (200, {"ratings": []})


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Token wrong"}, {"Authorization": f"Basic {token('default')}"}]
)
def test_ratings_need_a_token(ask: Ask, headers: dict[str, str]) -> None:
    assert ask("GET", "/api/ratings", headers=headers).status_code == 401


def test_a_rating_is_kept_and_shown(ask: Ask) -> None:
    made = ask("POST", "/api/ratings", json=FINE, headers=ME)
    assert (made.status_code, made.json()) == (201, {"id": 1, **FINE})
    assert ask("GET", "/api/ratings/1", headers=ME).json() == {"id": 1, **FINE}


def test_ratings_are_listed_newest_first_up_to_the_limit(ask: Ask) -> None:
    for stars in (1, 2, 3):
        ask("POST", "/api/ratings", json={"stars": stars, "pizza_id": 1}, headers=ME)
    listed = ask("GET", "/api/ratings?limit=2", headers=ME).json()["ratings"]
    assert [rating["stars"] for rating in listed] == [3, 2]


@pytest.mark.parametrize(
    ("method", "change", "after"),
    [
        ("PUT", {"stars": 1, "pizza_id": 9}, {"stars": 1, "pizza_id": 9}),
        ("PATCH", {"stars": 1}, {"stars": 1, "pizza_id": 3}),
        ("PATCH", {"pizza_id": 9}, {"stars": 5, "pizza_id": 9}),
    ],
)
def test_a_rating_is_changed(ask: Ask, method: str, change: dict[str, int], after: dict[str, int]) -> None:
    ask("POST", "/api/ratings", json=FINE, headers=ME)
    assert ask(method, "/api/ratings/1", json=change, headers=ME).json() == {"id": 1, **after}
    assert ask("GET", "/api/ratings/1", headers=ME).json() == {"id": 1, **after}


def test_a_deleted_rating_is_gone(ask: Ask) -> None:
    ask("POST", "/api/ratings", json=FINE, headers=ME)
    gone = ask("DELETE", "/api/ratings/1", headers=ME)
    assert (gone.status_code, gone.content) == (204, b"")
    assert ask("GET", "/api/ratings/1", headers=ME).status_code == 404


def test_another_s_rating_cannot_be_seen(ask: Ask) -> None:
    ask("POST", "/api/users", json={"username": "ann", "password": "secret"})
    ask("POST", "/api/ratings", json=FINE, headers=ME)
    reply = ask("GET", "/api/ratings/1", headers={"Authorization": f"Token {token('ann')}"})
    assert (reply.status_code, reply.json()) == (404, {"error": "no rating 1 of yours"})


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/api/users", {"username": ""}),
        ("POST", "/api/users", {"username": "x" * 101, "password": "y"}),
        ("POST", "/api/ratings", {"stars": 6, "pizza_id": 1}),
        ("PUT", "/api/ratings/1", {"stars": 3}),
        ("PATCH", "/api/ratings/1", {"stars": "3"}),
        ("PATCH", "/api/ratings/x", {"stars": 3}),
    ],
)
def test_what_makes_no_sense_is_refused(ask: Ask, method: str, path: str, sent: dict[str, Any]) -> None:
    ask("POST", "/api/ratings", json=FINE, headers=ME)
    assert ask(method, path, json=sent, headers=ME).status_code == 400
