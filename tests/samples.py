"""Results to make reports of: a realistic run that failed, one that passed, and the odd ones."""

from __future__ import annotations

from dataclasses import replace

from pizza_run import CHECKS, FILE, METRICS, PHASES, PLAN, moments, trend

from planrunner.result import (
    CheckSample,
    Environment,
    Error,
    Metric,
    Pipeline,
    PlanInfo,
    Request,
    Result,
    ScenarioInfo,
    Threshold,
    Timeline,
    columns,
)


def limit(metric: str, expression: str, value: float, measured: float | None, line: int) -> Threshold:
    aggregate, operator, _ = expression.split()
    contains = "share" if "%" in expression else "time" if "ms" in expression else "default"
    holds = measured is not None and (measured < value if operator == "<" else measured > value)
    verdict = "no data" if measured is None else "passed" if holds else "failed"
    return Threshold(
        metric=metric,
        expression=expression,
        aggregate=aggregate,
        operator=operator,
        limit=value,
        measured=measured,
        contains=contains,  # type: ignore[arg-type]
        samples=0 if measured is None else 4821,
        verdict=verdict,  # type: ignore[arg-type]
        reason="no request made a sample of it" if measured is None else "",
        aborted=False,
        file=FILE,
        line=line,
        column=22,
    )


def request(name: str, count: int, failed: int, base: float | None) -> Request:
    t = dict.fromkeys(trend(1, 1)) if base is None else trend(base, count)
    return Request(
        name=name,
        method=name.split(maxsplit=1)[0] if " " in name else "POST",
        count=count,
        failed=failed,
        rate=count / 210,
        replies=0 if base is None else count - failed // 3,
        avg=t["avg"],
        min=t["min"],
        med=t["med"],
        p90=t["p(90)"],
        p95=t["p(95)"],
        p99=t["p(99)"],
        max=t["max"],
    )


LOST = frozenset({"dropped_iterations", "interrupted_iterations"})

ERRORS = (
    Error(
        1503,
        "HTTP status 503",
        "recommend",
        503,
        58,
        "The target refuses work: look at its own log and limits.",
        first=96.25,
        sample="'<h1>503 Service Unavailable</h1> ::error::no ovens'",
    ),
    Error(
        1050,
        "request timed out",
        "recommend",
        0,
        29,
        "Raise http.timeout, or find what is slow in the target.",
        first=60.5,
    ),
)


ENVIRONMENT = Environment(
    python="CPython 3.13.1",
    system="Linux 6.8.0",
    machine="x86_64",
    cpu="AMD EPYC 7763 64-Core Processor",
    cpus=4,
    memory=16_773_447_680,
    loop="uvloop",
    seed="5ba11ad",
    test_id="c0ffee",
    plan_sha256="0" * 64,
    options={"--vus": "50", "--env": "BASE_URL=http://localhost:3333, PASSWORD=***"},
    profiles=("ci",),
    tags={"release": "1.2"},
    ci=Pipeline("GitHub Actions", "0123456789abcdef0123456789abcdef01234567", "main"),
)


def failed() -> Result:
    """An ordinary run of three and a half minutes with broken limits, failed checks and errors."""
    return Result(
        format=2,
        planrunner="0.1.0",
        plan=PlanInfo(
            "Pizza recommendations",
            "Customers ask for a pizza; the API must answer quickly at 50 concurrent users.",
            FILE,
            PLAN,
        ),
        target="http://localhost:3333",
        started="2026-03-14T09:26:53Z",
        duration=210.4,
        verdict="failed",
        judged=True,
        exit_code=99,
        stopped="",
        scenarios=(
            ScenarioInfo("browse", "ramping-vus", "Up to 50 looping VUs for 3m30s over 3 stages", 50),
            ScenarioInfo("health", "constant-arrival-rate", "20 iterations/s for 2m0s, up to 10 VUs", 10),
        ),
        metrics=METRICS,
        thresholds=(
            limit("http_req_duration", "p(95) < 500ms", 0.5, 0.518976, 47),
            limit("http_req_failed", "rate < 1%", 0.01, 0.0133599, 48),
            limit("http_req_duration{endpoint:recommend}", "p(99) < 1500ms", 1.5, 1.441249, 49),
            limit("http_req_duration{endpoint:login}", "max < 400ms", 0.4, 0.31207, 50),
            limit("checks", "rate > 99%", 0.99, 0.98712, 51),
            limit("slices", "avg < 12", 12.0, 7.4, 52),
            limit("orders", "count > 10", 10.0, None, 53),
        ),
        checks=CHECKS,
        requests=(
            request("login", 50, 0, 0.127),
            request("recommend", 4068, 87, 0.281),
            request("GET /ready", 2394, 0, 0.0031),
        ),
        errors=ERRORS,
        timeline=columns(moments(210)),
        phases=PHASES,
        environment=ENVIRONMENT,
    )


def passed() -> Result:
    """A run without any trouble."""
    result = failed()
    return replace(
        result,
        verdict="passed",
        exit_code=0,
        thresholds=tuple(t for t in result.thresholds if t.verdict == "passed"),
        checks=tuple(c for c in result.checks if not c.fails),
        requests=tuple(r for r in result.requests if not r.failed),
        errors=(),
        timeline=columns(replace(m, failed=0) for m in result.timeline),
        metrics=(
            *(m for m in METRICS if m.name not in {"checks", "http_req_failed", *LOST}),
            Metric("checks", "rate", "default", "", {"rate": 1.0, "passes": 6512, "fails": 0}),
            Metric("http_req_failed", "rate", "default", "", {"rate": 0.0, "passes": 0, "fails": 6512}),
        ),
    )


def unjudged() -> Result:
    """A run of a plan without thresholds."""
    return replace(passed(), judged=False, thresholds=())


def interrupted() -> Result:
    """A run that was stopped by hand while all was well."""
    return replace(
        passed(), stopped="interrupted", exit_code=105, duration=12.5, timeline=columns(moments(12))
    )


HIDDEN = (
    Metric("dropped_iterations", "counter", "default", "", {"count": 960, "rate": 4.571429}),
    Metric("dropped_iterations", "counter", "default", "scenario:health", {"count": 960, "rate": 4.571429}),
    Metric("interrupted_iterations", "counter", "default", "", {"count": 2, "rate": 0.009524}),
)


def overloaded() -> Result:
    """A run whose limits hold as far as is known: some of its load never came about."""
    result, high = passed(), ("max", "p(90)", "p(95)", "p(99)")
    why = "14 % of the iterations were dropped or interrupted"
    slow = replace(failed().thresholds[0], censored=True, reason=why)
    return replace(
        result,
        verdict="failed",
        exit_code=99,
        thresholds=(slow, *(replace(t, censored=True, reason=why) for t in result.thresholds[:1])),
        metrics=(
            *(replace(m, censored=high) if m.name == "http_req_duration" else m for m in result.metrics),
            *HIDDEN,
        ),
        requests=tuple(replace(r, censored=("p90", "p95", "p99", "max")) for r in result.requests),
        timeline=columns(replace(m, censored=("p95", "p99")) for m in result.timeline),
    )


def stopped() -> Result:
    """A run that a threshold stopped."""
    result = failed()
    first = replace(result.thresholds[0], aborted=True)
    return replace(result, stopped="threshold", thresholds=(first, *result.thresholds[1:]), duration=61.0)


def empty() -> Result:
    """A run in which nothing happened, not even time."""
    return replace(
        failed(),
        duration=0.0,
        metrics=(),
        thresholds=(limit("http_req_duration", "p(95) < 500ms", 0.5, None, 47),),
        checks=(),
        requests=(request("GET /", 0, 0, None),),
        errors=(),
        timeline=Timeline(),
        phases=(),
        scenarios=(),
        plan=PlanInfo("", "", "", ""),
        target="",
        environment=Environment(),
    )


def never_ran() -> Result:
    """Return a run that ended before any load."""
    gone = tuple(
        replace(limit, verdict="no data", measured=None, samples=0, reason="nothing was measured")
        for limit in passed().thresholds
    )
    return replace(
        passed(),
        verdict="failed",
        stopped="setup",
        exit_code=107,
        reason="setup failed: check 'status is 201' failed",
        thresholds=gone,
        metrics=(),
        requests=(),
        checks=(),
        timeline=Timeline(),
        phases=(),
        duration=0.0,
    )


def torn() -> Result:
    """Return a run that went well until its teardown."""
    return replace(passed(), verdict="failed", exit_code=101, reason="teardown took longer than 60 s")


def long() -> Result:
    """A run with the longest timeline an engine makes."""
    return replace(failed(), timeline=columns(moments(600)), duration=600.0)


NASTY = (
    "</script><img src=x onerror=alert(1)>\"'</style></textarea>]]>"
    "\x1b]52;c;ZXZpbA==\x07|`one```three @everyone #123 ![x](http://evil.example/x.png) "
    "<!-- \x00 \u202egnp.exe \r\nsecond line \x9b31m \ufffe end"
)


def hostile(text: str = NASTY) -> Result:
    """A run whose every text was written by an enemy."""
    sample = CheckSample(1.0, text, text, text)
    result = failed()
    return replace(
        result,
        planrunner=text,
        target=text,
        started=text,
        plan=PlanInfo(text, text, text, f"{text}\n{text}"),
        scenarios=tuple(replace(s, name=text, executor=text, description=text) for s in result.scenarios),
        metrics=(*result.metrics, Metric(text, "trend", "time", text, {text: 1.0, **trend(1.0, 4)})),
        thresholds=tuple(
            replace(t, metric=text, expression=text, aggregate=text, operator=text, reason=text, file=text)
            for t in result.thresholds
        ),
        checks=tuple(
            replace(
                c,
                name=text,
                scenario=text,
                step=text,
                file=text,
                samples=(sample,) * 3,
            )
            for c in result.checks
        ),
        requests=tuple(replace(r, name=text, method=text) for r in result.requests),
        errors=tuple(replace(e, message=text, request=text, fix=text) for e in result.errors),
        environment=Environment(
            text,
            text,
            text,
            text,
            1,
            1,
            text,
            text,
            text,
            text,
            {text: text},
            (text,),
            {text: text},
            Pipeline(*[text] * 3),
        ),
    )
