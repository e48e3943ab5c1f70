"""What the dashboards ask that are well known among k6's users: 19665, and 18030 for native histograms."""

RUN = 'testid=~"$testid"'
BAD, GOOD = (f'{RUN}, expected_response="{word}"' for word in ("false", "true"))

PARTS = ("blocked", "tls_handshaking", "sending", "waiting", "receiving", "duration")
TIMES = (*(f"http_req_{part}" for part in PARTS), "iteration_duration")

BOTH = (
    f"sum(k6_vus{{{RUN}}})",
    f"avg(round(k6_http_req_failed_rate{{{RUN}}}, 0.1)*100)",
    f"avg(k6_dropped_iterations_total{{{RUN}}})",
    f"round(k6_checks_rate{{{RUN}}}, 0.1)",
    f"avg(round(k6_checks_rate{{{RUN}}}, 0.1)*100)",
    *(f"avg(irate(k6_data_{way}_total{{{RUN}}}[$__rate_interval]))" for way in ("sent", "received")),
    *(f"sum(irate(k6_http_reqs_total{{{which}}}[$__rate_interval]))" for which in (RUN, BAD, GOOD)),
    *(f"sum(k6_http_reqs_total{{{which}}})" for which in (RUN, BAD)),
)

STATISTICS = (
    "min",
    "max",
    "p95",
    "p99",
)  # that the dashboard has columns for; it lets one choose $quantile_stat

NUMBERS = (
    *(f"avg(k6_{name}_$quantile_stat{{{RUN}}})" for name in TIMES),
    *(f"avg(k6_http_req_duration_$quantile_stat{{{which}}})" for which in (BAD, GOOD)),
    *(f"avg by(name, method, status) (k6_http_req_duration_{one}{{{RUN}}})" for one in STATISTICS),
)
"""Asked by 19665 of trends."""


def quantile(share: str, name: str, which: str = RUN, by: str = "le") -> str:
    return f"histogram_quantile({share}, sum by({by}) (rate(k6_{name}_seconds{{{which}}}[$__rate_interval])))"


HISTOGRAMS = (
    *(quantile("$quantile", name) for name in TIMES),
    *(quantile("$quantile", "http_req_waiting", which) for which in (BAD, GOOD)),
    *(
        quantile(share, "http_req_duration", by="le, name, method, status")
        for share in ("0", "1", "0.95", "0.99")
    ),
)
"""Asked by 18030 of trends."""
