"""What can go wrong with a request: k6's codes where k6 has one, a fixed text, and what usually helps.

k6's table is lib/netext/httpext/error_codes.go; k6 lumps what it does not know as 1000, so the codes from
1221, 1302, 1312, 1702 and 1710 on are ours. There is one for each fault that a tester would go after in a
way of its own. The texts are fixed: a target cannot write into our reports through them.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Mapping

from planrunner.protocols import Fault

_TARGET = "is the target running, and is its address right?"
_SLOW = "the target is too slow under this load, or `timeout` is too short"
_LOGS = "look into the target's log"
_PROXY = "see with `curl -iv` what the target, or a proxy before it, sends"
_BREAKS = "the target crashed, restarted or ran into a time limit of its own: " + _LOGS
_TRUST = "name the CA that signed the certificate: `tls: {ca: file.pem}`"

UNKNOWN, BAD_URL, TIMEOUT, NO_FIRST_BYTE, IDLE, SENDING_TIMEOUT = 1000, 1020, 1050, 1051, 1052, 1054
NO_FILES, NO_PORTS, NO_MEMORY = 1090, 1091, 1092
DNS, NO_HOST, NO_ANSWER, NO_ADDRESS, BLOCKED = 1100, 1101, 1102, 1104, 1111
BROKEN_PIPE, DIAL, DIAL_TIMEOUT, REFUSED = 1201, 1210, 1211, 1212
NET_UNREACHABLE, HOST_UNREACHABLE, DIAL_RESET = 1214, 1215, 1216
NO_PROXY, PROXY_LOGIN, PROXY_REFUSED, PROXY_NOT_HTTP, PROXY_TIMEOUT = 1230, 1231, 1232, 1233, 1234
RESET, CLOSED, CLOSED_IN_HEAD, RESET_IN_HEAD, RESET_IN_BODY, CLOSED_KEPT = range(1220, 1226)
TLS, NOT_TLS, SPEAKS_TLS, TLS_BROKEN = 1300, 1301, 1302, 1303
UNKNOWN_AUTHORITY, WRONG_HOST, EXPIRED, TOO_EARLY = 1310, 1311, 1312, 1313
NOTHING_SHARED, CERTIFICATE_WANTED, TLS_CLOSED, TLS_TIMEOUT, WRONG_PROTOCOL = 1314, 1315, 1316, 1317, 1319
BAD_CERTIFICATE, CERTIFICATE_REFUSED, UNKNOWN_NAME = 1320, 1321, 1322
WRONG_ENCODING, CUT_SHORT, TOO_MUCH = 1701, 1702, 1703
HTTP2, NOT_HTTP2, HTTP2_GOAWAY, HTTP2_STREAM, HTTP2_CONNECTION = 1600, 1601, 1610, 1630, 1650
NOT_HTTP, BAD_STATUS_LINE, BAD_LINE_END, BAD_HEADER, HEAD_TOO_LARGE = range(1710, 1715)
BAD_LENGTH, BAD_CODING, TOO_MANY_INTERIM = range(1715, 1718)
BODY_CUT, CHUNKS_CUT, BAD_CHUNK, STRAY, BODY_TOO_LARGE = range(1720, 1725)
REDIRECT_LOOP, BAD_REDIRECT, OTHER_SCHEME = 1740, 1741, 1742

HTTP2_ERRORS = (
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
)
"""Names of HTTP/2's error codes (RFC 9113, 7), by their numbers; ours: 1610, 1630 or 1650, and 1 + theirs."""

HTTP2_FIXES: Mapping[str, str] = {
    "REFUSED_STREAM": "the target takes no more requests at once: use fewer lanes in `parallel`",
    "ENHANCE_YOUR_CALM": "the target thinks that it is being attacked: raise its limits or send less",
    "HTTP_1_1_REQUIRED": "write `http2: never`",
}

TIMEOUTS = frozenset({TIMEOUT, NO_FIRST_BYTE, IDLE, SENDING_TIMEOUT})
"""Waiting that was given up: we waited that long, so it has a duration."""

FAULTS: Mapping[int, Fault] = {
    UNKNOWN: Fault("the request failed", _LOGS),
    BAD_URL: Fault("the URL is not valid", "look at the values that were put into it"),
    TIMEOUT: Fault("request timeout", _SLOW),
    NO_FIRST_BYTE: Fault("no answer within `timeout.first_byte`", _SLOW),
    IDLE: Fault("the answer stopped for longer than `timeout.idle`", _SLOW),
    SENDING_TIMEOUT: Fault("timeout: the target did not read the request to its end", _SLOW),
    NO_FILES: Fault(
        "too many open files on this machine", "raise the limit (ulimit -n) or use fewer VUs", ours=True
    ),
    NO_PORTS: Fault(
        "no free local port on this machine", "keep connections alive or use fewer VUs", ours=True
    ),
    NO_MEMORY: Fault("no memory for another connection on this machine", "use fewer VUs", ours=True),
    DNS: Fault("the name lookup failed", "is the DNS server reachable?"),
    NO_HOST: Fault("no such host", "check the host name in `target`"),
    NO_ANSWER: Fault("the name server failed or did not answer", "try again, or give the address in `hosts`"),
    NO_ADDRESS: Fault("the host has no address that may be used", "look at `dns` and `local_addresses`"),
    BLOCKED: Fault(
        "the redirect leads to a host that is not in `allow_hosts`", "list it, if it may be asked"
    ),
    BROKEN_PIPE: Fault(
        "the target closed the connection while we were sending",
        "does it take requests of this size? " + _LOGS,
    ),
    DIAL: Fault("connecting failed", _TARGET),
    DIAL_TIMEOUT: Fault("connecting timed out", "a firewall may drop packets, or the target is overloaded"),
    REFUSED: Fault("connection refused", _TARGET),
    NET_UNREACHABLE: Fault("network unreachable", "check the address and the routes of this machine"),
    HOST_UNREACHABLE: Fault("host unreachable", "check the address and the routes of this machine"),
    DIAL_RESET: Fault("connection reset while connecting", "the target takes no more, or a firewall refuses"),
    NO_PROXY: Fault("the proxy cannot be reached", "look at `proxy`: is it running, is its address right?"),
    PROXY_LOGIN: Fault("the proxy wants a login that it knows", "write http://user:password@host:port"),
    PROXY_REFUSED: Fault("the proxy did not connect to the target", "may it? look into the proxy's log"),
    PROXY_NOT_HTTP: Fault("the proxy's answer is not valid HTTP", "is `proxy` an HTTP proxy, and its port?"),
    PROXY_TIMEOUT: Fault("the proxy did not answer in time", "look into the proxy's log"),
    RESET: Fault(
        "connection reset by the target", "the target crashed, restarted or is overloaded: " + _LOGS
    ),
    CLOSED: Fault("the target closed the connection without an answer", _LOGS),
    CLOSED_IN_HEAD: Fault("the target closed the connection in the middle of the headers", _BREAKS),
    RESET_IN_HEAD: Fault("connection reset by the target in the middle of the headers", _BREAKS),
    RESET_IN_BODY: Fault("connection reset by the target in the middle of the body", _BREAKS),
    CLOSED_KEPT: Fault(
        "the target closed a kept connection without an answer",
        "it may keep connections for less time than the plan pauses: let it keep them longer",
    ),
    TLS: Fault("the TLS handshake failed", "does the target speak TLS 1.2 or newer?"),
    NOT_TLS: Fault("the target does not speak TLS on this port", "write http:// instead of https://"),
    SPEAKS_TLS: Fault("the target speaks TLS on this port", "write https:// instead of http://"),
    TLS_BROKEN: Fault("the TLS connection broke", _LOGS),
    UNKNOWN_AUTHORITY: Fault("the certificate is signed by an unknown authority", _TRUST),
    WRONG_HOST: Fault("the certificate is for another host", "use the name that the certificate is for"),
    EXPIRED: Fault("the certificate has expired", "renew it"),
    TOO_EARLY: Fault("the certificate is not valid yet", "is the clock of this machine right?"),
    NOTHING_SHARED: Fault("the target shares no TLS version or cipher suite with us", "look at `tls`"),
    CERTIFICATE_WANTED: Fault("the target wants a client certificate", "name it: `tls: {cert: file.pem}`"),
    TLS_CLOSED: Fault("the target closed the connection in the TLS handshake", _LOGS),
    TLS_TIMEOUT: Fault("the TLS handshake timed out", "the target is too slow under this load"),
    WRONG_PROTOCOL: Fault("the target does not speak the wanted version of HTTP", "look at `http2`"),
    BAD_CERTIFICATE: Fault("the certificate is not valid", "look at it: openssl s_client -connect host:port"),
    CERTIFICATE_REFUSED: Fault("the target refused our client certificate", "does it trust who signed it?"),
    UNKNOWN_NAME: Fault("the target has nothing under this name", "look at `server_name`, or the host"),
    WRONG_ENCODING: Fault("the body is not what its Content-Encoding says", _LOGS),
    CUT_SHORT: Fault("the compressed body is cut short", _LOGS),
    TOO_MUCH: Fault(
        "the body grows too large when it is decoded",
        "ask for less, or raise `max_body`; more than five encodings are not decoded at all",
    ),
    NOT_HTTP: Fault(
        "the answer is not HTTP", "is this the right port? who speaks HTTP/2 only wants `http2: always`"
    ),
    BAD_STATUS_LINE: Fault("the status line of the answer is not valid", _PROXY),
    BAD_LINE_END: Fault("a header line of the answer does not end with CR LF", _PROXY),
    BAD_HEADER: Fault("a header of the answer is not valid", _PROXY),
    HEAD_TOO_LARGE: Fault("the headers of the answer are larger than 256 KiB, or more than 1000", _PROXY),
    BAD_LENGTH: Fault("the Content-Length of the answer is not valid, or there are two", _PROXY),
    BAD_CODING: Fault(
        "the Transfer-Encoding of the answer is not `chunked`, or a Content-Length contradicts it", _PROXY
    ),
    TOO_MANY_INTERIM: Fault("more than 20 interim answers (status 1xx)", _PROXY),
    BODY_CUT: Fault("the target closed the connection before the body was complete", _BREAKS),
    CHUNKS_CUT: Fault("the target closed the connection before the last chunk of the body", _BREAKS),
    BAD_CHUNK: Fault("a chunk of the body is not valid", _PROXY),
    STRAY: Fault(
        "what came on a kept connection is no answer",
        "was the answer before it longer than its Content-Length, or a body behind HEAD, 204 or 304?",
    ),
    BODY_TOO_LARGE: Fault(
        "the answer is larger than `max_body` allows",
        "ask for less, for example with a limit, or raise `max_body`",
    ),
    REDIRECT_LOOP: Fault(
        "more than 10 redirects followed each other",
        "do they go round in a circle? Where so many are meant, write how many: `max_redirects: 20`",
    ),
    BAD_REDIRECT: Fault("the redirect leads to no valid URL", _LOGS),
    OTHER_SCHEME: Fault(
        "the redirect leads to no http:// or https:// URL",
        "where that is meant (an app's own scheme), do not follow it: `max_redirects: 0`",
    ),
    HTTP2: Fault("HTTP/2 failed", _LOGS),
    NOT_HTTP2: Fault("the target does not speak HTTP/2", "leave `http2: always` out"),
    HTTP2_GOAWAY: Fault("the target ended the HTTP/2 connection", _LOGS),
    HTTP2_STREAM: Fault("the HTTP/2 stream of the request failed", _LOGS),
    HTTP2_CONNECTION: Fault("the target broke the rules of HTTP/2", _LOGS),
    1400: Fault("", "the request is not what the target expects; Django: is the host in ALLOWED_HOSTS?"),
    1401: Fault("", "check the token or password"),
    1403: Fault("", "this user may not do that"),
    1404: Fault("", "check the path"),
    1407: Fault("", "the proxy wants a login: write http://user:password@host:port"),
    1429: Fault("", "the target limits the rate: ask for an exception or send less"),
    1500: Fault("", _LOGS),
    1502: Fault("", "the server behind the proxy is down or crashed: " + _LOGS),
    1503: Fault("", "the target is overloaded or starting: " + _LOGS),
    1504: Fault("", "the server behind the proxy is too slow under this load"),
}


class DialError(Exception):
    """No connection came about; the code says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def fault(code: int) -> Fault:
    """Return what a code means; codes from 1400 to 1599 are 1000 + an HTTP status, as in k6."""
    known = FAULTS.get(code)
    if known and known.message:
        return known
    if 1400 <= code <= 1599:
        usual = FAULTS[1500].fix if code >= 1500 else ""
        return Fault(f"HTTP status {code - 1000}", known.fix if known else usual)
    for kind in (HTTP2_CONNECTION, HTTP2_STREAM, HTTP2_GOAWAY):
        if kind < code <= kind + 1 + len(HTTP2_ERRORS):
            named = (*HTTP2_ERRORS, "an unknown error")[code - kind - 1]
            return Fault(f"{FAULTS[kind].message}: {named}", HTTP2_FIXES.get(named, FAULTS[kind].fix))
    return FAULTS[UNKNOWN]


_ERRNO = {
    errno.ECONNREFUSED: REFUSED,
    errno.ECONNRESET: RESET,
    errno.EPIPE: BROKEN_PIPE,
    errno.ETIMEDOUT: DIAL_TIMEOUT,
    errno.ENETUNREACH: NET_UNREACHABLE,
    errno.EHOSTUNREACH: HOST_UNREACHABLE,
    errno.EMFILE: NO_FILES,
    errno.ENFILE: NO_FILES,
    errno.EADDRNOTAVAIL: NO_PORTS,
    errno.ENOBUFS: NO_MEMORY,
    errno.ENOMEM: NO_MEMORY,
}

# OpenSSL's verify results (x509_vfy.h): who signed is not known in several ways; 62 host name mismatch,
# 64 IP address mismatch.
_VERIFY = {
    **dict.fromkeys((2, 18, 19, 20, 21, 27), UNKNOWN_AUTHORITY),
    9: TOO_EARLY,
    10: EXPIRED,
    62: WRONG_HOST,
    64: WRONG_HOST,
}

# OpenSSL's reasons, those of alerts without what stands before the alert's own name (RFC 8446, 6.2).
_REASONS = {
    **dict.fromkeys(
        ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"), NOT_TLS
    ),
    **dict.fromkeys(("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE"), NOTHING_SHARED),
    **dict.fromkeys(("HANDSHAKE_FAILURE", "INSUFFICIENT_SECURITY", "NO_CIPHERS_AVAILABLE"), NOTHING_SHARED),
    "CERTIFICATE_REQUIRED": CERTIFICATE_WANTED,
    **dict.fromkeys(("UNKNOWN_CA", "ACCESS_DENIED", "BAD_CERTIFICATE"), CERTIFICATE_REFUSED),
    **dict.fromkeys(
        ("CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "UNSUPPORTED_CERTIFICATE"),
        CERTIFICATE_REFUSED,
    ),
    "NO_APPLICATION_PROTOCOL": WRONG_PROTOCOL,
    "TLSV1_UNRECOGNIZED_NAME": UNKNOWN_NAME,  # an alert that is not called one
}

_LOOKUP = {
    # Not everywhere: the host exists, but has no address at all, or none of this family.
    getattr(socket, "EAI_NODATA", socket.EAI_NONAME): NO_ADDRESS,
    getattr(socket, "EAI_ADDRFAMILY", socket.EAI_NONAME): NO_ADDRESS,
    socket.EAI_NONAME: NO_HOST,
    socket.EAI_AGAIN: NO_ANSWER,  # silence and failure of a name server are not told apart
}


def code_of(error: Exception, usual: int) -> int:
    """Return the code of what a socket or TLS call raised; `usual` when it says nothing more exact."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(error.verify_code, BAD_CERTIFICATE)
    if isinstance(error, ssl.SSLError):
        return _REASONS.get((error.reason or "").rpartition("ALERT_")[2], TLS)
    if isinstance(error, socket.gaierror):
        return _LOOKUP.get(error.errno or 0, DNS)
    if isinstance(error, OSError) and error.errno is not None:
        code = _ERRNO.get(error.errno, usual)
        return DIAL_RESET if code == RESET and usual == DIAL else code
    return usual
