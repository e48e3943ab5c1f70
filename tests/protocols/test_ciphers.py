"""Cipher suites: IANA's names, which are k6's, and OpenSSL's."""

import ssl

import pytest

from planrunner.protocols.http.opening.ciphers import openssl_name

# IANA's registry of TLS cipher suites; the names are those that Go, and so k6, knows.
REGISTERED = {
    "TLS_RSA_WITH_AES_128_CBC_SHA": 0x002F,
    "TLS_RSA_WITH_AES_256_CBC_SHA": 0x0035,
    "TLS_RSA_WITH_AES_128_CBC_SHA256": 0x003C,
    "TLS_RSA_WITH_AES_128_GCM_SHA256": 0x009C,
    "TLS_RSA_WITH_AES_256_GCM_SHA384": 0x009D,
    "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA": 0x0045,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": 0xC009,
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": 0xC00A,
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": 0xC013,
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": 0xC014,
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256": 0xC023,
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256": 0xC027,
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02B,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02C,
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": 0xC02F,
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": 0xC030,
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA8,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": 0xCCA9,
}


@pytest.mark.parametrize(("name", "number"), REGISTERED.items())
def test_a_name_of_iana_means_the_suite_with_its_number(name: str, number: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(openssl_name(name))
    found = [suite["id"] & 0xFFFF for suite in context.get_ciphers() if suite["protocol"] != "TLSv1.3"]
    assert found == [number]


def test_a_name_of_openssl_stays() -> None:
    assert openssl_name("ECDHE-RSA-AES128-GCM-SHA256") == "ECDHE-RSA-AES128-GCM-SHA256"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA25", "did you mean 'ECDHE-RSA-AES128-GCM-SHA256'"),
        ("TLS_RSA_WITH_RC4_128_SHA", "unknown cipher suite 'TLS_RSA_WITH_RC4_128_SHA'"),
        ("HIGH:!aNULL", "unknown cipher suite"),
        ("", "unknown cipher suite ''"),
        ("TLS_AES_128_GCM_SHA256", "the cipher suites of TLS 1.3 cannot be chosen"),
    ],
)
def test_what_is_no_cipher_suite_that_can_be_chosen_is_said(name: str, message: str) -> None:
    with pytest.raises(ValueError) as raised:
        openssl_name(name)
    assert message in str(raised.value)
