import subprocess
import sys

import httpx
import pytest

from planrunner.demo.start import end, start
from planrunner.errors import SetupError

SERVE = """
from planrunner.demo.serve import serve
from planrunner.demo.shop import Shop
def announce(url):
    print("pizza shop on", url, "(Ctrl-C to stop)", flush=True)
serve("127.0.0.1", 0, Shop(), announce, tied=True)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
pytestmark = pytest.mark.slow  # each of these starts a process


def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_a_started_shop_answers_and_is_gone_afterwards() -> None:
    with start(python(SERVE)) as url:
        assert httpx.get(f"{url}/ready").json() == {"ready": True}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/ready")


def test_what_is_said_before_the_address_is_passed_over() -> None:
    with start(python("print('hello'); print('shop on http://x:1 (Ctrl-C)'); input()")) as url:
        assert url == "http://x:1"


def test_a_shop_that_dies_is_reported_with_its_last_words() -> None:
    died = r"the demo shop did not start \(it ended, exit code 3\): no flour"
    with (
        pytest.raises(SetupError, match=died),
        start(python("import sys; print('no flour', file=sys.stderr); sys.exit(3)")),
    ):
        pass


def test_a_shop_that_says_nothing_is_given_up() -> None:
    silent = r"\(no address within 0.1 s, exit code 0\): it said nothing"
    with pytest.raises(SetupError, match=silent), start(python("import sys; sys.stdin.read()"), 0.1):
        pass


def test_a_command_that_does_not_exist_is_reported() -> None:
    with (
        pytest.raises(SetupError, match=r"cannot start the demo shop: .*no-such-program"),
        start(("no-such-program",)),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to ignore")
def test_a_process_that_will_not_end_is_killed() -> None:
    with subprocess.Popen(python(STUBBORN), stdin=-1, stdout=-1, text=True) as child:
        assert child.stdout
        child.stdout.readline()
        end(child, grace=0.1)
    assert child.returncode == -9
