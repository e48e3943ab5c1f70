import pytest
from asking import Ask, opened

EARTHLY = {"username": "earthly", "password": "12345", "fullname": "Earthly aloha"}
POST = {"title": "Blog for Earthly", "content": "Blog for Earthly", "author": "Donald Le"}


@pytest.fixture
def ask() -> Ask:
    ask = opened()
    ask("POST", "/user", json=EARTHLY)
    return ask


def test_a_user_is_created_once(ask: Ask) -> None:
    again = ask("POST", "/user", json=EARTHLY)
    assert (again.status_code, again.json()) == (409, {"error": "there is a user 'earthly' already"})


def test_a_created_user_is_shown_without_the_password(ask: Ask) -> None:
    made = ask("POST", "/user", json={**EARTHLY, "username": "ann"})
    assert (made.status_code, made.json()) == (200, {"id": 4, "username": "ann", "fullname": "Earthly aloha"})


def test_a_post_needs_the_access_token(ask: Ask) -> None:
    given = ask("POST", "/authenticate", json={"username": "earthly", "password": "12345"}).json()
    assert given["token_type"] == "bearer"
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    made = ask("POST", "/blog", json=POST, headers=headers)
    assert (made.status_code, made.json()) == (200, {"id": 1, **POST})
    assert ask("GET", "/blog/1").json() == {"id": 1, **POST}


def test_nobody_writes_without_a_token(ask: Ask) -> None:
    assert ask("POST", "/blog", json=POST).status_code == 401


def test_a_wrong_password_gets_no_access_token(ask: Ask) -> None:
    reply = ask("POST", "/authenticate", json={"username": "earthly", "password": "1"})
    assert (reply.status_code, reply.json()) == (401, {"error": "wrong username or password"})


def test_there_is_no_post_that_nobody_wrote(ask: Ask) -> None:
    reply = ask("GET", "/blog/9")
    assert (reply.status_code, reply.json()) == (404, {"error": "there is no post 9"})
