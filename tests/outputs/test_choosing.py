"""Which outputs a run has, and from where each of their settings comes."""

from typing import Any

import pytest

from planrunner.errors import Problems, SetupError, UsageError
from planrunner.outputs import choosing
from planrunner.outputs.choosing import Chosen, choose, demand
from planrunner.outputs.kinds import OUTPUTS, Kind, k6_endpoint
from planrunner.plan.load import load
from planrunner.plan.schema import document
from planrunner.values.names import UNKNOWN, Names

PLAN = "name: x\ntarget: http://h\nsteps: [{get: /}]\n"
WRITE = "http://h:9090/api/v1/write"


def chosen(
    plan: str = "", *out: str, variables: dict[str, Any] | None = None, **environ: str
) -> tuple[tuple[Chosen, ...], list[str]]:
    """Choose, and return what was said too."""
    problems = Problems()
    loaded = load((PLAN + plan).encode(), "plan.yml", problems)
    assert loaded
    found = choose(loaded.outputs, out, environ, Names(variables or {}), problems)
    return found, [problems.render(problem) for problem in problems]


def settings(plan: str = "", *out: str, **environ: str) -> dict[str, Any]:
    """Choose the one output."""
    ((one,), said) = chosen(plan, *out, variables={}, **environ)
    assert said == []
    assert one.kind == "prometheus"
    return dict(one.settings)


def test_a_run_has_no_outputs_unless_somebody_says_so() -> None:
    assert chosen() == ((), [])


def test_what_is_not_set_is_as_in_k6() -> None:
    found = settings("", "prometheus")
    assert (found["url"], found["push_interval"]) == ("http://localhost:9090/api/v1/write", 5.0)
    assert (found["trend_stats"], found["min_tls"], found["stale_markers"]) == (("p(99)",), "1.3", False)


@pytest.mark.parametrize("name", ["prometheus", "experimental-prometheus-rw", "xk6-prometheus-rw"])
def test_an_output_may_be_called_as_in_k6(name: str) -> None:
    assert settings("", f"{name}={WRITE}")["url"] == WRITE
    assert settings(K6_OUT=name)["trend_stats"] == ("p(99)",)


PLANNED = "outputs: {prometheus: {url: http://plan, push_interval: 1s, trend_stats: [avg, p(95)]}}"


def test_levels_win_in_their_order() -> None:
    theirs = {"K6_PROMETHEUS_RW_SERVER_URL": "http://k6", "K6_PROMETHEUS_RW_PUSH_INTERVAL": "2500"}
    ours = {"PLANRUNNER_PROMETHEUS_URL": "http://ours"}
    assert settings(PLANNED)["url"] == "http://plan"
    assert settings(PLANNED, **theirs)["url"] == "http://k6"
    assert settings(PLANNED, **theirs, **ours)["url"] == "http://ours"
    found = settings(PLANNED, "prometheus=http://out", **theirs, **ours)
    assert (found["url"], found["push_interval"], found["trend_stats"]) == (
        "http://out",
        2.5,
        ("avg", "p(95)"),
    )


def test_what_is_asked_for_takes_the_place_of_what_is_planned() -> None:
    assert chosen(PLANNED, "none") == ((), [])
    assert len(chosen(PLANNED, K6_OUT="experimental-prometheus-rw,prometheus=http://b")[0]) == 1


def test_an_unknown_output_is_a_fault_of_the_command_line() -> None:
    with pytest.raises(
        UsageError, match=r"--out: there is no output 'promteus': did you mean 'prometheus'\?"
    ):
        chosen("", "promteus=http://h")


def test_what_only_k6_has_is_left_out_with_a_warning() -> None:
    found, said = chosen("", K6_OUT="web-dashboard")
    assert found == ()
    assert said == ["K6_OUT: warning: the output 'web-dashboard' is left out: planrunner has none such"]


def test_wrong_values_of_variables_are_told_without_the_value() -> None:
    _, said = chosen("", "prometheus", PLANRUNNER_PROMETHEUS_PUSH_INTERVAL="hunter2")
    (told,) = said
    assert told.splitlines() == [
        "PLANRUNNER_PROMETHEUS_PUSH_INTERVAL: wrong value of 7 characters",
        "      write a duration like '300ms', '30s' or '1h30m'",
    ]


def test_headers_come_from_variables_of_their_own_too() -> None:
    theirs = {"K6_PROMETHEUS_RW_HTTP_HEADERS": "X-A: 1,X-B:2", "K6_PROMETHEUS_RW_HEADERS_X": "3"}
    found = settings("", "prometheus", **theirs)
    assert found["headers"] == {"X-A": "1", "X-B": "2", "X": "3"}


def test_a_plan_may_say_headers_and_secrets_with_variables() -> None:
    plan = """variables: {token: {env: TOKEN, secret: true}, shop: {default: pizza}}
outputs: {prometheus: {headers: {X-Shop: "${shop}"}, bearer_token: "${token}", min_tls: 1.2}}"""
    ((one,), said) = chosen(plan, variables={"token": "s3cret", "shop": "pizza"})
    assert said == []
    assert one.settings["headers"] == {"X-Shop": "pizza"}
    assert (one.settings["bearer_token"], one.settings["min_tls"]) == ("s3cret", "1.2")


def test_values_that_are_not_known_yet_are_left_open() -> None:
    plan = "variables: {a: {}}\noutputs: {prometheus: {headers: {X: '${a}'}, url: '${a}'}}"
    ((one,), said) = chosen(plan, variables={"a": UNKNOWN})
    assert (one.settings["headers"], said) == ({}, [])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("push_interval: 0s", "write a duration above 0, like '5s'"),
        ("url: 'http://'", "write a URL like 'http://localhost:9090'"),
        ("url: '${word}'", "write a URL like 'http://localhost:9090'"),
        ("url: 'http://[::1'", "write a URL like 'http://localhost:9090'"),
        ("trend_stats: [p(101)]", "one of: avg, count, max, med, min, p(95), sum"),
        ('headers: {X: "a\\nb"}', "write headers like 'X-Scope-OrgID:team', commas between them"),
        ("min_tls: 1.1", "write 1.2 or 1.3"),
        ("min_tls: '${word}'", "write 1.2 or 1.3"),
        ("stale_markers: '${word}'", "write true or false"),
        ("prefix: x_", "unknown key 'prefix'"),
    ],
)
def test_wrong_values_of_the_plan_are_told_at_their_place(option: str, told: str) -> None:
    _, said = chosen(f"outputs:\n  prometheus:\n    {option}\n", variables={"word": "maybe"})
    assert len(said) == 1
    assert said[0].startswith("plan.yml:6:")
    assert told in said[0]


def test_secrets_are_known_to_be_masked() -> None:
    found, _ = chosen(
        "",
        "prometheus=http://ann:p%40ss@h/write",
        PLANRUNNER_PROMETHEUS_PASSWORD="word",
        PLANRUNNER_PROMETHEUS_HEADERS="Authorization:Splunk abc,X-Scope-OrgID:team",
    )
    assert set(found[0].secrets) == {"p%40ss", "p@ss", "word", "Splunk abc"}


def test_what_is_not_installed_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for needed in ("no_such_module", "no_such_package.module"):
        lacking = Kind("m", (), "url", extra="far", needs=("msgspec", needed))
        monkeypatch.setattr(choosing, "OUTPUTS", {"far": lacking})
        with pytest.raises(SetupError, match=r"pip install 'planrunner\[far\]'"):
            demand([Chosen("far", {})])


def test_what_is_installed_is_not_asked_for() -> None:
    demand([Chosen("prometheus", {})])


@pytest.mark.parametrize("kind", OUTPUTS)
def test_a_plan_may_set_what_the_table_has(kind: str) -> None:
    definition = document()["definitions"][f"output_{kind}"]
    assert [*definition["properties"]] == [option.name for option in OUTPUTS[kind].options]


def test_the_schema_has_each_kind() -> None:
    for name in ("outputs", "profile_outputs"):
        assert [*document()["definitions"][name]["properties"]] == [*OUTPUTS]


HTTP = {"EXPORTER_PROTOCOL": "http/protobuf"}


@pytest.mark.parametrize(
    ("said", "endpoint"),
    [
        ({}, ""),
        ({"HEADERS": "a=b"}, ""),
        ({"GRPC_EXPORTER_ENDPOINT": "h:1"}, "grpcs://h:1"),
        ({"GRPC_EXPORTER_INSECURE": "true"}, "grpc://localhost:4317"),
        ({"HTTP_EXPORTER_ENDPOINT": "h:1"}, ""),
        (HTTP, "https://localhost:4318/v1/metrics"),
        (
            {
                "EXPORTER_PROTOCOL": "http/protobuf",
                "HTTP_EXPORTER_INSECURE": "1",
                "HTTP_EXPORTER_URL_PATH": "/x",
            },
            "http://localhost:4318/x",
        ),
        ({"EXPORTER_PROTOCOL": "carrier-pigeon"}, "carrier-pigeon"),
    ],
)
def test_an_endpoint_is_put_together_of_variables_of_k6(said: dict[str, str], endpoint: str) -> None:
    assert k6_endpoint({f"K6_OTEL_{name}": text for name, text in said.items()}) == endpoint


def test_a_protocol_that_does_not_exist_is_told() -> None:
    _, (told,) = chosen("", "opentelemetry", K6_OTEL_EXPORTER_PROTOCOL="carrier-pigeon")
    assert told.startswith("K6_OTEL_*: wrong value of 14 characters\n      write an endpoint like")


def test_what_means_nothing_here_is_told() -> None:
    _, (told,) = chosen("", "prometheus", K6_PROMETHEUS_RW_SIGV4_REGION="eu-west-1")
    assert told.splitlines() == [
        "K6_PROMETHEUS_RW_SIGV4_REGION: warning: planrunner does nothing with it for the output 'prometheus'",
        "      requests are not signed for AWS: put a collector in between that does it",
    ]


def test_where_an_output_goes_is_told_without_credentials() -> None:
    (first,), _ = chosen("", "prometheus=http://ann:secret@h/write")
    (second,), _ = chosen("", "opentelemetry")
    assert (first.where, second.where) == ("http://h/write", "grpc://localhost:4317")
    assert Chosen("prometheus", {}).where == ""
