from pathlib import Path

import pytest
from reading import complaints, value

from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.plan.model import Plan
from planrunner.plan.use import MOST

STEPS = "steps: [{get: /}]\n"


def loaded(folder: Path, plan: str, **files: str) -> tuple[Plan, Problems]:
    """Load a plan that stands beside other files."""
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    problems = Problems()
    found = load(f"name: x\n{plan}".encode(), str(folder / "plan.yml"), problems)
    assert found is not None
    return found, problems


def test_a_plan_has_what_its_files_have(tmp_path: Path) -> None:
    shared = (
        "endpoints: {login: {post: /login}}\nflows: {buy: [{request: login}]}\n"
        "data: {users: {rows: [1]}}\nprofiles: {smoke: {load: {vus: 1}}}\n"
    )
    plan, problems = loaded(tmp_path, "use: [a.yml]\nsteps: [{flow: buy}, {request: login}]\n", a=shared)
    assert complaints(problems) == []
    assert (list(plan.endpoints), list(plan.flows), list(plan.data)) == (["login"], ["buy"], ["users"])
    assert plan.profiles == ("smoke",)


def test_places_stay_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yml").write_text("\nendpoints: {login: {post: /login}}\n", "utf-8")
    plan, problems = loaded(tmp_path, f"use: [./parts/a.yml]\n{STEPS}")
    place = plan.endpoints["login"].place
    assert (Path(place.file), place.line, place.column) == (tmp_path / "parts" / "a.yml", 2, 13)
    assert problems.lines[place.file][1] == "endpoints: {login: {post: /login}}"


def test_names_of_the_plan_and_its_files_are_all_known(tmp_path: Path) -> None:
    plan, problems = loaded(
        tmp_path,
        f"use: [a.yml, b.yml]\nendpoints: {{own: {{get: /}}}}\n{STEPS}",
        a="endpoints: {first: {get: /}}\n",
        b="endpoints: {second: {get: /}}\nflows: {all: [{request: own}, {request: first}]}\n",
    )
    assert (list(plan.endpoints), complaints(problems)) == (["own", "first", "second"], [])


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ("endpoints: {a: {get: /}}", "an endpoint"),
        ("flows: {a: [{log: b}]}", "a flow"),
        ("data: {a: {rows: [1]}}", "a data set"),
        ("profiles: {a: {load: {vus: 1}}}", "a profile"),
    ],
)
def test_a_name_in_two_files_is_wrong_in_the_later_one(tmp_path: Path, section: str, what: str) -> None:
    _, problems = loaded(tmp_path, f"use: [a.yml]\n{section}\n{STEPS}", a=f"{section}\n")
    (problem,) = problems
    assert (problem.message, Path(problem.place.file).name) == (f"'a' is already the name of {what}", "a.yml")
    assert problem.hint == f"the first is on line 3 of {tmp_path / 'plan.yml'}; rename one of them"


def test_the_first_of_two_is_kept(tmp_path: Path) -> None:
    plan, _ = loaded(
        tmp_path,
        f"use: [a.yml]\nendpoints: {{a: {{get: /own}}}}\n{STEPS}",
        a="endpoints: {a: {get: /other}}\n",
    )
    assert value(plan.endpoints["a"].request.url) == "/own"


def test_names_that_clash_are_found_in_all_files(tmp_path: Path) -> None:
    _, problems = loaded(
        tmp_path, f"use: [a.yml]\nvariables: {{a: 1}}\n{STEPS}", a="data: {a: {rows: [1]}}\n"
    )
    (problem,) = problems
    hint = f"the variable is on line 3 of {tmp_path / 'plan.yml'}; rename one of them"
    assert (problem.message, problem.hint) == ("'a' is already the name of a variable", hint)


def test_the_plan_counts_more_than_its_files_and_later_files_more_than_earlier_ones(tmp_path: Path) -> None:
    plan, problems = loaded(
        tmp_path,
        f"use: [a.yml, b.yml]\nhttp: {{headers: {{B: plan}}, timeout: 1s}}\n{STEPS}",
        a="http: {headers: {A: a, b: a, C: a}, timeout: 9s, max_redirects: 9, cookies: {d: a}}\n",
        b="http: {headers: {c: b}, max_redirects: 8, cookies: {e: b}}\n",
    )
    assert plan.http is not None
    headers = {name: header and header.text for name, header in plan.http.headers.items()}
    assert (headers, list(plan.http.cookies)) == ({"A": "a", "c": "b", "B": "plan"}, ["d", "e"])
    assert (
        value(plan.http.timeout and plan.http.timeout.total),
        value(plan.http.max_redirects),
        complaints(problems),
    ) == ("1s", 8, [])


def test_thresholds_are_those_of_all_files_and_the_plan_counts_more(tmp_path: Path) -> None:
    plan, _ = loaded(
        tmp_path,
        f"use: [a.yml]\nthresholds: {{checks: rate > 99%}}\n{STEPS}",
        a="thresholds: {checks: rate > 1%, http_req_failed: rate < 1%}\n",
    )
    found = {limit.metric: limit.expression.text for limit in plan.thresholds}
    assert found == {"checks": "rate > 99%", "http_req_failed": "rate < 1%"}


@pytest.mark.parametrize(
    ("use", "hint"),
    [
        ("shred.yml", "there is no such file; did you mean 'shared.yml'?"),
        (".", "this is a folder; name a file"),
        ("plan.yml", "this is the plan itself"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(tmp_path: Path, use: str, hint: str) -> None:
    (tmp_path / "plan.yml").write_text("name: x\n", "utf-8")
    _, problems = loaded(tmp_path, f"use: [{use}]\n{STEPS}", shared="endpoints: {}\n")
    (problem,) = problems
    assert (problem.message, problem.hint, problem.place.line) == (f"cannot use the file {use!r}", hint, 2)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    _, problems = loaded(tmp_path, f"use: [a.yml]\n{STEPS}")
    assert [problem.hint for problem in problems] == ["Permission denied"]


def test_a_file_is_used_once(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, f"use: [a.yml, ./a.yml]\n{STEPS}", a="endpoints: {}\n")
    assert [problem.hint for problem in problems] == ["it is used already on line 2"]


@pytest.mark.parametrize("text", ["# nothing\n", "[1]\n", "endpoints: 5\n", "endpoints: {a: [}\n"])
def test_nobody_misses_what_a_lost_file_might_have_had(tmp_path: Path, text: str) -> None:
    steps = "steps: [{request: login}, {flow: buy}]\n"
    plan, problems = loaded(tmp_path, f"use: [a.yml]\n{steps}", a=text)
    assert (plan.damaged, len(list(problems))) == (True, 1)


def test_a_lost_list_of_files_might_have_had_anything_too(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, "use: a.yml\nsteps: [{request: login}]\n")
    assert [problem.message for problem in problems] == ["expected a list, found text"]


def test_a_lost_part_of_the_plan_stays_lost(tmp_path: Path) -> None:
    plan, problems = loaded(
        tmp_path,
        f"use: [a.yml]\nendpoints: 5\nhttp: 5\n{STEPS}",
        a="endpoints: {a: {get: /}}\nhttp: {timeout: 1s}\n",
    )
    assert (plan.endpoints, plan.http, len(list(problems))) == ({}, None, 2)


def test_a_file_that_is_used_cannot_use_others(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, f"use: [a.yml]\n{STEPS}", a="use: [b.yml]\n")
    assert [problem.hint for problem in problems] == ["only the plan itself can use files"]


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, f"use: [a.yml]\n{STEPS}", a="#" * (1 << 20) + "\n")
    assert [problem.message for problem in problems] == ["the file is larger than 1 MiB"]


def test_a_plan_uses_only_so_many_files(tmp_path: Path) -> None:
    names = ", ".join(["a.yml"] * (MOST + 1))
    _, problems = loaded(tmp_path, f"use: [{names}]\nsteps: [{{request: b}}]\n", a="endpoints: {}\n")
    assert complaints(problems)[-1] == f"2:{7 + MOST * 7} a plan uses at most {MOST} files"


@pytest.mark.parametrize(
    ("key", "said", "header"),
    [("auth", "{bearer: t}", "Authorization"), ("compression", "gzip", "Content-Encoding")],
)
def test_a_key_of_the_plan_hides_the_header_of_a_file_and_the_other_way_round(
    tmp_path: Path, key: str, said: str, header: str
) -> None:
    telling, writing = f"http: {{{key}: {said}}}\n", f"http: {{headers: {{{header}: a, B: c}}}}\n"
    plan, _ = loaded(tmp_path, f"use: [a.yml]\n{telling}{STEPS}", a=writing)
    other, _ = loaded(tmp_path, f"use: [a.yml]\n{writing}{STEPS}", a=telling)
    assert plan.http is not None
    assert other.http is not None
    assert (list(plan.http.headers), getattr(other.http, key)) == (["B"], None)


def test_the_same_key_twice_is_the_plans(tmp_path: Path) -> None:
    plan, _ = loaded(
        tmp_path,
        f"use: [a.yml]\nhttp: {{compression: [br]}}\n{STEPS}",
        a="http: {compression: [gzip, zstd]}\n",
    )
    assert plan.http is not None
    assert [value(setting) for setting in plan.http.compression or ()] == ["br"]
