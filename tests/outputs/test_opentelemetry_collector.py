"""A collector, asked after a run: what arrived is what the result says, by value, over gRPC and HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import grpc
import pytest
import trustme
from collector import Collector, over_grpc, over_http

from planrunner.cli.main import outcome
from planrunner.errors import SetupError
from planrunner.metrics.series import Counter, Gauge, Rate, Trend
from planrunner.outputs.opentelemetry.answers import look_at
from planrunner.outputs.opentelemetry.grpc import Caller, soon
from planrunner.outputs.post import Credentials
from planrunner.outputs.sender import PartlyError, RefusedError, UnreachableError
from planrunner.result import Result, from_json
from planrunner.result.series import read

PLAN = """name: Pizza
target: demo
tags: {team: kitchen}
load: {rate: 20/s, duration: 2s}
steps:
  - get: /api/quotes
    checks: [{status: 200}]
  - get: /nowhere
thresholds: {http_req_failed: rate < 90%}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    Path("plan.yml").write_text(PLAN)

    def run(out: str, **environ: str) -> Result:
        for name, text in environ.items():
            monkeypatch.setenv(name, text)
        assert outcome(["run", "plan.yml", "--out", out, "--report-dir", "out", "--quiet"]) == 0
        return from_json(Path("out/result.json").read_bytes())

    return run


Told = dict[tuple[str, tuple[tuple[str, str], ...]], object]


def expected(result: Result) -> Iterator[tuple[str, dict[str, str], object]]:
    for one in result.series:
        for metric, part in one.parts().items():
            match read(part):
                case Counter(value) | Gauge(value):
                    yield metric, dict(one.tags), value
                case Rate(passes, fails):
                    for condition, count in (("nonzero", passes), ("zero", fails)):
                        if count:
                            yield f"{metric}.total", {**one.tags, "condition": condition}, count
                case Trend(held):
                    yield (
                        metric,
                        dict(one.tags),
                        (held.count, held.sum * 1000, held.min * 1000, held.max * 1000),
                    )


def arrived(collector: Collector) -> Told:
    found: Told = {}
    for place, point in collector.newest().items():
        if hasattr(point, "bucket_counts"):
            assert sum(point.bucket_counts) == point.count
            found[place] = (point.count, point.sum, point.min, point.max)
        else:
            found[place] = getattr(point, point.WhichOneof("value"))
    return found


def holds(collector: Collector, result: Result) -> None:
    """Hold what came against the result, for every series."""
    tags = {"testid": result.environment.test_id, "team": "kitchen"}
    wanted = {(name, tuple(sorted({**tags, **own}.items()))): value for name, own, value in expected(result)}
    found = arrived(collector)
    states = {"test_running": 0.0, "test_passed": 1.0, "threshold_ok": 1.0, "threshold_value": 0.5}
    assert {name: value for (name, _), value in found.items() if name in states} == states
    assert {place: value for place, value in found.items() if place[0] not in states} == wanted
    assert (result.outputs[0].lost, result.outputs[0].error) == (0, "")


@pytest.mark.slow
def test_every_series_arrives_over_grpc(run: Callable[..., Result]) -> None:
    collector = Collector()
    with over_grpc(collector) as address:
        result = run(
            "opentelemetry",
            K6_OTEL_GRPC_EXPORTER_ENDPOINT=address,
            K6_OTEL_GRPC_EXPORTER_INSECURE="true",
            K6_OTEL_HEADERS="X-Team=a%20b",
            K6_OTEL_EXPORT_INTERVAL="500",
        )
    holds(collector, result)
    assert result.outputs[0].address == f"grpc://{address}"
    assert (collector.headers[0]["x-team"], len(collector.requests) >= 4) == ("a b", True)


@pytest.mark.slow
def test_every_series_arrives_over_http(run: Callable[..., Result]) -> None:
    collector = Collector()
    with over_http(collector) as address:
        result = run(f"otel=http://{address}", PLANRUNNER_OPENTELEMETRY_SERVICE_NAME="shop")
    holds(collector, result)
    assert (collector.headers[0]["path"], collector.headers[0]["Content-Type"]) == (
        "/v1/metrics",
        "application/x-protobuf",
    )


@pytest.mark.slow
def test_points_that_are_refused_are_lost_by_number(run: Callable[..., Result]) -> None:
    collector = Collector(refuses=3)
    with over_http(collector) as address:
        (output,) = run(f"opentelemetry=http://{address}/own/path").outputs
    assert (output.lost, output.error) == (3, "3 points were refused: too old")
    assert collector.headers[0]["path"] == "/own/path"


def called(
    collector: Collector, credentials: Credentials, server: grpc.ServerCredentials | None = None
) -> None:
    """Send nothing to a collector over gRPC."""

    async def main() -> None:
        with over_grpc(collector, server) as address:
            caller = Caller(f"{'grpcs' if server else 'grpc'}://{address}", {}, credentials)
            try:
                await caller.send(b"")
            finally:
                caller.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("code", "error"),
    [(grpc.StatusCode.UNAVAILABLE, UnreachableError), (grpc.StatusCode.UNAUTHENTICATED, RefusedError)],
)
def test_codes_say_whether_to_try_again(code: grpc.StatusCode, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"{code.name}: no such luck"):
        called(Collector(code=code), Credentials())


def test_both_sides_may_show_certificates_over_grpc(tmp_path: Path) -> None:
    ca = trustme.CA()
    theirs, ours = ca.issue_cert("127.0.0.1"), ca.issue_cert("ann@example.org")
    pem = theirs.private_key_pem.bytes(), theirs.cert_chain_pems[0].bytes()
    server = grpc.ssl_server_credentials([pem], ca.cert_pem.bytes(), require_client_auth=True)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    ours.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "own.pem"))
    collector = Collector()
    called(collector, Credentials(cert=str(tmp_path / "own.pem"), ca=str(tmp_path / "ca.pem")), server)
    assert len(collector.requests) == 1


def test_grpc_checks_every_certificate() -> None:
    with pytest.raises(SetupError, match="gRPC checks every certificate"):
        Caller("grpcs://collector", {}, Credentials(insecure=True))


def test_an_attempt_that_is_given_up_is_ended() -> None:
    async def main() -> None:
        caller = Caller("grpc://127.0.0.1:1", {}, Credentials())
        call: Awaitable[None] = caller.send(b"")
        task = asyncio.ensure_future(call)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        caller.close()

    asyncio.run(main())


@pytest.mark.parametrize("answer", [b"", b"all is well"])
def test_an_answer_in_other_words_means_that_all_was_taken(answer: bytes) -> None:
    look_at(answer)


def test_a_refusal_may_have_no_message() -> None:
    with pytest.raises(PartlyError, match=r"^2 points were refused$"):
        look_at(b"\x0a\x02\x08\x02")


def test_a_call_that_ends_after_the_loop_bothers_nobody() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    soon(loop, lambda: None)
