"""Parallel requests in virtual time: how many are under way, what they save, how they end."""

from running import Lab

HEAD = "name: lab\ntarget: http://h\nsteps:\n"


def logs(steps: str, **settings: object) -> list[str]:
    lab = Lab(HEAD + steps, **settings)  # type: ignore[arg-type]
    lab.run()
    return lab.logs


def names(steps: str, **settings: object) -> list[tuple[str, int]]:
    result = Lab(HEAD + steps, **settings).run()  # type: ignore[arg-type]
    return [(request.name, request.count) for request in result.requests]


def test_parallel_requests_wait_together() -> None:
    steps = "  - parallel:\n      - get: /a\n      - get: /b\n      - get: /c\n  - get: /d\n"
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.sent == [0.0, 0.0, 0.0, 0.125]


def test_at_most_six_parallel_requests_go_to_one_host() -> None:
    steps = "  - parallel:\n" + "".join(f"      - get: /{n}\n" for n in range(8))
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.sent == [0.0] * 6 + [0.125] * 2


def test_at_most_twenty_parallel_requests_are_under_way() -> None:
    steps = "  - parallel:\n" + "".join(f"      - get: http://h{n}/\n" for n in range(22))
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.sent == [0.0] * 20 + [0.125] * 2


def test_parallel_requests_save_for_the_vu_and_the_last_is_the_newest() -> None:
    steps = """
  - parallel:
      - get: /a
        save: {one: {json: $.id}}
      - get: /b
        checks: [{status: 500}]
  - log: ${one} ${status} ${failed}
"""
    assert logs(steps, answer=lambda _: (200, 0.1)) == ['7 200 ["status is 500"]']


def test_a_parallel_request_that_ends_the_iteration_lets_the_others_come_to_their_end() -> None:
    steps = """
  - parallel:
      - get: /a
        checks: [{status: 500, required: true}]
      - get: /b
  - get: /c
"""
    assert names(steps) == [("GET /a", 1), ("GET /b", 1)]


def test_parallel_requests_reuse_their_connections() -> None:
    lab = Lab(HEAD + "  - parallel:\n      - get: /a\n      - get: /b\nload: {iterations: 3}\n")
    lab.run()
    vus = [session for session in lab.sessions if session.lanes]
    assert [len(session.lanes) for session in vus] == [1]
    assert vus[0].lanes[0].closed


def test_stop_in_a_parallel_request_stops_the_vu() -> None:
    steps = """
  - parallel:
      - get: /a
      - get: /b
        checks: [{status: 500}]
        on_fail:
          - stop: vu
load: {vus: 2, duration: 1s}
"""
    assert names(steps) == [("GET /a", 2), ("GET /b", 2)]


def test_failed_is_of_the_parallel_requests_alone() -> None:
    steps = """
  - get: /a
    checks: [{status: 500}]
  - parallel:
      - get: /b
        if: ${false}
      - get: /c
  - log: ${failed}
"""
    assert logs(steps) == ["[]"]


def test_targets_of_parallel_requests_are_hosts_too() -> None:
    steps = "  - parallel:\n" + "".join(
        f"      - get: /{n}\n        target: http://h{n % 2}\n" for n in range(12)
    )
    lab = Lab(HEAD + steps)
    lab.run()
    assert lab.sent == [0.0] * 12
