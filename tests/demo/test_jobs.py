import pytest
from asking import Ask, opened


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_a_job_is_taken_and_said_where_to_look(ask: Ask) -> None:
    reply = ask("POST", "/api/jobs", json={"polls": 2})
    assert (reply.status_code, reply.headers["location"]) == (202, "/api/jobs/1")
    assert reply.json() == {"id": 1, "status": "pending"}


@pytest.mark.parametrize(("sent", "looks"), [({"polls": 2}, 2), ({}, 3), ({"polls": 0}, 0)])
def test_a_job_is_done_after_so_many_looks_and_stays_so(ask: Ask, sent: dict[str, int], looks: int) -> None:
    ask("POST", "/api/jobs", json=sent)
    found = [ask("GET", "/api/jobs/1").json()["status"] for _ in range(looks + 2)]
    assert found == ["pending"] * looks + ["done"] * 2


def test_a_done_job_names_its_result(ask: Ask) -> None:
    ask("POST", "/api/jobs", json={"polls": 0})
    assert ask("GET", "/api/jobs/1").json() == {"id": 1, "status": "done", "result": "/api/bytes/1"}


def test_there_is_no_job_that_nobody_sent(ask: Ask) -> None:
    reply = ask("GET", "/api/jobs/7")
    assert (reply.status_code, reply.json()) == (404, {"error": "there is no job 7"})
