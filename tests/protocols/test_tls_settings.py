"""TLS settings: what a plan says gets to OpenSSL, and what cannot be is said before the run."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization as pem
from msgspec.structs import replace

from planrunner.protocols.http.opening.tls import TlsError, check, client_context
from planrunner.protocols.http.terms import Tls

AUTHORITY = trustme.CA()
CLIENT, OTHER = AUTHORITY.issue_cert("client.example"), AUTHORITY.issue_cert("other.example")

FILES = {"ca", "cert", "key"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = pem.load_pem_private_key(CLIENT.private_key_pem.bytes(), None)
    secret = pem.BestAvailableEncryption(b"open sesame")
    files = {
        "ca.pem": AUTHORITY.cert_pem.bytes(),
        "both.pem": CLIENT.private_key_and_cert_chain_pem.bytes(),
        "cert.pem": CLIENT.cert_chain_pems[0].bytes(),
        "key.pem": CLIENT.private_key_pem.bytes(),
        "secret.pem": key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, secret),
        "old.pem": key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.TraditionalOpenSSL, secret),
        "other.pem": OTHER.private_key_pem.bytes(),
        "words.pem": b"no PEM at all \xff",
        "broken_key.pem": b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        "broken_cert.pem": b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def within(folder: Path, **said: Any) -> Tls:
    """Put a folder before the names of files."""
    return replace(Tls(), **{key: str(folder / said[key]) if key in FILES else said[key] for key in said})


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"cert": "both.pem"},
        {"cert": "cert.pem", "key": "key.pem"},
        {"cert": "cert.pem", "key": "secret.pem", "password": "open sesame"},
        {"cert": "cert.pem", "key": "old.pem", "password": "open sesame"},
        {"cert": "cert.pem", "key": "key.pem", "password": "not needed"},
        {"ca": "ca.pem"},
        {"min_version": "1.0", "max_version": "1.1"},
        {"max_version": "1.1"},
        {"min_version": "1.3"},
    ],
)
def test_what_can_be_is_no_error(folder: Path, said: dict[str, str]) -> None:
    check(within(folder, **said))


@pytest.mark.parametrize(
    ("said", "key", "message"),
    [
        ({"cert": "none.pem"}, "cert", "'none.pem' cannot be read: No such file or directory"),
        ({"cert": "cert.pem", "key": "none.pem"}, "key", "'none.pem' cannot be read: No such file"),
        ({"cert": "."}, "cert", "cannot be read: Is a directory"),
        ({"key": "key.pem"}, "key", "a key is of no use without its certificate"),
        ({"cert": "words.pem"}, "cert", "'words.pem' holds no certificate"),
        ({"cert": "cert.pem"}, "cert", "'cert.pem' holds no key"),
        ({"cert": "cert.pem", "key": "words.pem"}, "key", "'words.pem' holds no key"),
        ({"cert": "cert.pem", "key": "other.pem"}, "key", "the key is not the certificate's"),
        ({"cert": "cert.pem", "key": "broken_key.pem"}, "key", "the certificate or its key cannot be read"),
        ({"cert": "broken_cert.pem", "key": "key.pem"}, "key", "the certificate or its key cannot be read"),
        ({"cert": "cert.pem", "key": "secret.pem"}, "key", "the key is encrypted"),
        ({"cert": "cert.pem", "key": "old.pem"}, "key", "the key is encrypted"),
        (
            {"cert": "cert.pem", "key": "secret.pem", "password": "no"},
            "password",
            "the key cannot be read with this password",
        ),
        (
            {"cert": "cert.pem", "key": "secret.pem", "password": "x" * 2000},  # more than Python passes on
            "password",
            "the key cannot be read with this password",
        ),
        ({"ca": "words.pem"}, "ca", "'words.pem' holds no certificate that can be read"),
        ({"ca": "broken_cert.pem"}, "ca", "'broken_cert.pem' holds no certificate that can be read"),
        ({"ca": "none.pem"}, "ca", "'none.pem' cannot be read: No such file or directory"),
        (
            {"min_version": "1.3", "max_version": "1.2"},
            "max_version",
            "no version of TLS is left: the oldest is 1.3, the newest 1.2",
        ),
    ],
)
def test_what_cannot_be_is_said_of_the_setting_that_is_wrong(
    folder: Path, said: dict[str, str], key: str, message: str
) -> None:
    with pytest.raises(TlsError) as raised:
        check(within(folder, **said))
    assert raised.value.key == key
    assert str(raised.value).startswith(message) or message in str(raised.value)


def test_settings_with_which_nothing_can_begin_are_refused() -> None:
    with pytest.raises(TlsError, match="no connection can be made with these settings: NO_CIPHERS") as raised:
        check(Tls(ciphers=("PSK-AES128-CBC-SHA",), max_version="1.2"))
    assert raised.value.key == "ciphers"


def subjects(context: ssl.SSLContext) -> int:
    return len(context.get_ca_certs())


def test_an_authority_of_ones_own_takes_the_place_of_the_systems(folder: Path) -> None:
    assert subjects(client_context(within(folder, ca="ca.pem"), "never")) == 1


def test_all_files_of_a_folder_that_hold_certificates_are_trusted(tmp_path: Path) -> None:
    for number in range(3):
        trustme.CA().cert_pem.write_to_path(str(tmp_path / f"{number}.crt"))
    (tmp_path / "README").write_text("certificates are beside this")
    (tmp_path / "more").mkdir()
    assert subjects(client_context(Tls(ca=str(tmp_path)), "never")) == 3


def test_a_folder_without_certificates_is_said(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("none here")
    with pytest.raises(TlsError, match=r"no file in .* holds a certificate"):
        check(Tls(ca=str(tmp_path)))


def test_without_verification_nobody_need_be_trusted() -> None:
    context = client_context(Tls(verify=False), "never")
    assert (context.verify_mode, context.check_hostname, subjects(context)) == (ssl.CERT_NONE, False, 0)


@pytest.mark.parametrize(
    ("said", "versions"),
    [
        (Tls(), (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)),
        (Tls(min_version="1.3"), (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)),
        (Tls(max_version="1.2"), (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)),
        (Tls(max_version="1.1"), (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1)),
        (Tls(min_version="1.0"), (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3)),
    ],
)
def test_tls_1_2_and_1_3_are_spoken_unless_the_plan_says_otherwise(
    said: Tls, versions: tuple[ssl.TLSVersion, ssl.TLSVersion]
) -> None:
    context = client_context(said, "never")
    assert (context.minimum_version, context.maximum_version) == versions


def test_the_ciphers_of_the_plan_are_the_only_ones_of_tls_1_2() -> None:
    context = client_context(Tls(ciphers=("AES128-SHA", "AES256-SHA")), "never")
    offered = [suite["name"] for suite in context.get_ciphers() if suite["protocol"] != "TLSv1.3"]
    assert offered == ["AES128-SHA", "AES256-SHA"]


def test_keys_are_logged_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = str(tmp_path / "keys.log")
    monkeypatch.setenv("SSLKEYLOGFILE", file)
    assert client_context(Tls(), "never").keylog_filename == file


def test_a_log_of_keys_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "/no/such/folder/keys.log")
    with pytest.raises(TlsError, match=r"SSLKEYLOGFILE: '/no/such/folder/keys.log' cannot be written"):
        check(Tls(server_name="keys.example"))
