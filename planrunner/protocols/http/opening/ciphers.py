"""Cipher suites by either of their names, OpenSSL's or IANA's."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from functools import cache

from planrunner.errors import suggestion

ALL = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"  # whatever OpenSSL was built with


def openssl_name(value: object) -> str:
    """Return OpenSSL's name of a cipher suite of TLS 1.2 or older; ValueError for what is none."""
    name, known = str(value), _known()
    if known.get(name) == "TLSv1.3":
        raise ValueError("the cipher suites of TLS 1.3 cannot be chosen: leave it out, or set max_version")
    found = _translated(name) if name.startswith("TLS_") else name
    if found not in known:
        raise ValueError(f"unknown cipher suite {name!r}: {suggestion(found, known)}")
    return found


@cache
def _known() -> Mapping[str, str]:
    """Return all names with the version of TLS that began with them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(ALL)
    return {suite["name"]: suite["protocol"] for suite in context.get_ciphers()}


def _translated(name: str) -> str:
    """Write a name of IANA's, which is Go's and so k6's, as OpenSSL does (openssl-ciphers(1))."""
    exchange, _, cipher = name.removeprefix("TLS_").partition("_WITH_")
    cipher = re.sub(r"(AES|ARIA|CAMELLIA)_(\d+)", r"\1\2", cipher).replace("_CBC_", "_")
    cipher = cipher.replace("3DES_EDE", "DES_CBC3").replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
    return (cipher if exchange == "RSA" else f"{exchange}-{cipher}").replace("_", "-")
