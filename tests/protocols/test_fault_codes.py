"""Faults: k6's codes, and a text with a way out for each."""

import errno
import socket
import ssl

import pytest

from planrunner.protocols.http import faults
from planrunner.protocols.http.faults import FAULTS, code_of, fault


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "no")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), 1212),
        (ConnectionResetError(errno.ECONNRESET, ""), 1216),
        (BrokenPipeError(errno.EPIPE, ""), 1201),
        (OSError(errno.ETIMEDOUT, ""), 1211),
        (OSError(errno.EMFILE, ""), 1090),
        (OSError(errno.EADDRNOTAVAIL, ""), 1091),
        (OSError(errno.EHOSTUNREACH, ""), 1215),
        (OSError(errno.EIO, ""), 1210),
        (ConnectionError("no number"), 1210),
        (socket.gaierror(socket.EAI_NONAME, ""), 1101),
        (socket.gaierror(socket.EAI_AGAIN, ""), 1102),
        (socket.gaierror(socket.EAI_FAIL, ""), 1100),
        (tls("WRONG_VERSION_NUMBER"), 1301),
        (tls("NO_PROTOCOLS_AVAILABLE"), 1314),
        (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), 1314),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), 1315),
        (tls("TLSV1_ALERT_UNKNOWN_CA"), 1321),
        (tls("SSLV3_ALERT_CERTIFICATE_EXPIRED"), 1321),
        (tls("TLSV1_ALERT_NO_APPLICATION_PROTOCOL"), 1319),
        (tls("TLSV1_ALERT_INTERNAL_ERROR"), 1300),
        (tls(""), 1300),
        (certificate(9), 1313),
        (certificate(10), 1312),
        (certificate(26), 1320),
        (certificate(62), 1311),
        (certificate(18), 1310),
        (UnicodeError("label too long"), 1210),
    ],
)
def test_what_a_socket_raises_has_a_code(error: Exception, code: int) -> None:
    assert code_of(error, 1210) == code


@pytest.mark.parametrize(
    ("code", "message", "fix"),
    [
        (1212, "connection refused", "is the target running"),
        (1400, "HTTP status 400", "ALLOWED_HOSTS"),
        (1418, "HTTP status 418", ""),
        (1500, "HTTP status 500", "log"),
        (1599, "HTTP status 599", "log"),
        (42, "the request failed", "log"),
    ],
)
def test_a_code_says_what_it_means_and_what_helps(code: int, message: str, fix: str) -> None:
    found = fault(code)
    assert found.message == message
    assert fix in found.fix
    assert bool(fix) == bool(found.fix)


def test_every_code_of_the_module_has_its_text() -> None:
    codes = {
        value
        for name, value in vars(faults).items()
        if name[0].isalpha() and name.isupper() and isinstance(value, int)
    }
    assert codes <= set(FAULTS)
