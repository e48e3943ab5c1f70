"""The metrics that users of k6 know have the same names, kinds and units here (its metrics/builtin.go)."""

import pytest

from planrunner.metrics.series import METRICS, Contains, Kind

K6: dict[str, tuple[Kind, Contains]] = {
    "vus": ("gauge", "default"),
    "vus_max": ("gauge", "default"),
    "iterations": ("counter", "default"),
    "iteration_duration": ("trend", "time"),
    "dropped_iterations": ("counter", "default"),
    "checks": ("rate", "default"),
    "group_duration": ("trend", "time"),
    "http_reqs": ("counter", "default"),
    "http_req_failed": ("rate", "default"),
    "http_req_duration": ("trend", "time"),
    "http_req_blocked": ("trend", "time"),
    "http_req_connecting": ("trend", "time"),
    "http_req_tls_handshaking": ("trend", "time"),
    "http_req_sending": ("trend", "time"),
    "http_req_waiting": ("trend", "time"),
    "http_req_receiving": ("trend", "time"),
    "data_sent": ("counter", "data"),
    "data_received": ("counter", "data"),
}
OURS = {
    "aborted_iterations",
    "errors",
    "generator_lag",
    "http_req_dns",
    "http_retries",
    "interrupted_iterations",
    "iteration_response_time",
}


@pytest.mark.parametrize("name", K6)
def test_a_metric_of_k6_is_the_same_here(name: str) -> None:
    assert (METRICS[name].kind, METRICS[name].contains) == K6[name]


def test_what_k6_does_not_have_is_known() -> None:
    assert METRICS.keys() - K6.keys() == OURS
