"""Hosts of URLs: names in ASCII, addresses in one form, and what no name lookup could take."""

import pytest

from planrunner.protocols.http.urls.hostname import ascii_host, host_of, ipv6


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("Shop.Example", "shop.example"),
        ("shop.example.", "shop.example."),
        ("a_b.example", "a_b.example"),
        ("-a-.1x", "-a-.1x"),
        ("müller.example", "xn--mller-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),  # strasse.example before 2010
        ("a_b.\uff45xample\u3002com", "a_b.example.com"),
        ("a_b.ü.example", "a_b.xn--tda.example"),
        ("xn--tda.example", "xn--tda.example"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_name_is_written_in_ascii(name: str, host: str) -> None:
    assert ascii_host(name) == host_of(name) == host


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7F.1", "127.0.0.1"),
        ("0x", "0.0.0.0"),
        ("0177.0.0.01", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("1.2.772", "1.2.3.4"),
        ("4294967295", "255.255.255.255"),
        ("1.2.3.4.", "1.2.3.4"),
        ("\uff11.2.3.4", "1.2.3.4"),
    ],
)
def test_an_address_has_many_forms_of_which_a_plan_may_use_one(name: str, host: str) -> None:
    assert host_of(name) == host
    with pytest.raises(ValueError, match=f"its host is another form of the address {host}: write that"):
        ascii_host(name)


@pytest.mark.parametrize(
    "name", ["1.2.3.4.5", "256.1.1.1", "1.2.3.256", "4294967296", "a.1", "08", "a.0xg.0x"]
)
def test_what_ends_in_a_number_is_an_address_or_nothing(name: str) -> None:
    with pytest.raises(ValueError, match="its host ends in a number, but is no IPv4 address"):
        host_of(name)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "it names no host"),
        ("\u00ad", "it names no host"),
        (".", "a part of its host is empty"),
        ("a..b", "a part of its host is empty"),
        ("a" * 64, "a part of its host is empty or longer than 63 characters"),
        ("a." * 128, "its host is longer than 253 characters"),
        ("a b", "its host holds a space or a control character"),
        ("a\x7fb", "its host holds a space or a control character"),
        ("a%41", "its host holds a %"),
        ("a\\b", r"its host holds a \\"),
        ("a\uff0fb", "its host holds a /"),
        ("💩.example", "its host cannot be written in ASCII"),
        ("xn--ü", "its host cannot be written in ASCII"),
        ("ü" * 60, "its host cannot be written in ASCII"),
        ("\ufffd", "its host cannot be written in ASCII"),
    ],
)
def test_what_is_no_name_says_why(name: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        ascii_host(name)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0:0::1", "::1"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("::ffff:1.2.3.4", "::ffff:102:304"),
        ("::1.2.3.4", "::102:304"),
    ],
)
def test_an_ipv6_address_has_one_form(text: str, address: str) -> None:
    assert ipv6(text) == address


@pytest.mark.parametrize("text", ["", "::1::", "1.2.3.4", "v1.x", "[::1]", "::01.2.3.4"])
def test_what_is_no_ipv6_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ipv6(text)
