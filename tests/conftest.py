"""What all tests share: real nginx servers, and what happens where a program is missing."""

import gc
import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import HealthCheck, settings
from nginx import Nginx, program, running

# The same examples each time, whatever the machine is doing: a test that fails now and then is a fault.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

# A proxy of the machine that runs the tests is none of theirs.
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count the lines of fast tests alone: counting takes thrice as long, and slow ones reach few more.

    pytest-cov's own `no_cover` does nothing in a worker of xdist.
    """
    if not (item.get_closest_marker("slow") or item.get_closest_marker("server")):
        return (yield)
    ours, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(ours)
        threading.settrace(of_threads)


def pytest_collection_finish() -> None:
    """Keep thousands of collected tests out of what each collection of garbage goes through again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    """Collect what the test has left, and hide the rest again, which a run in a test has brought to light."""
    gc.collect(1)
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is missing; in CI, where everything has to be there, fail it."""
    for marker in item.iter_markers("server"):
        (name,) = marker.args
        if program(name) is None:
            reason = f"{name} is not installed"
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    """Run an nginx that answers /json and /fail."""
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def nginx_tls(tmp_path: Path) -> Iterator[Nginx]:
    """Run the same nginx over TLS, its certificate signed by `ca_file`."""
    ca, ca_file, certificate = trustme.CA(), tmp_path / "ca.pem", tmp_path / "server.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    ca.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with running(tmp_path, ca_file, certificate) as server:
        yield server
