"""Local addresses: read as k6 writes them, dealt to VUs by their numbers, looked for before the run."""

import socket
import sys

import pytest

from planrunner.protocols.http.opening.local import MOST, check, local_addresses

FOUR, SIX = socket.AF_INET, socket.AF_INET6


@pytest.mark.parametrize(
    ("texts", "four", "six"),
    [
        (["10.0.0.5"], ["10.0.0.5"], []),
        (["10.0.0.5-10.0.0.7"], ["10.0.0.5", "10.0.0.6", "10.0.0.7"], []),
        (["10.0.0.5 - 10.0.0.5"], ["10.0.0.5"], []),
        (["10.0.0.0/30"], ["10.0.0.1", "10.0.0.2"], []),
        (["10.0.0.1/30"], ["10.0.0.1", "10.0.0.2"], []),
        (["10.0.0.1/32"], ["10.0.0.1"], []),
        (["fd00::1", "10.0.0.5"], ["10.0.0.5"], ["fd00::1"]),
        (["fd00::fe-fd00::100"], [], ["fd00::fe", "fd00::ff", "fd00::100"]),
        (["fd00::/126"], [], ["fd00::1", "fd00::2", "fd00::3"]),
        (["10.0.0.1", "10.0.0.1-10.0.0.2"], ["10.0.0.1", "10.0.0.2"], []),
    ],
)
def test_addresses_ranges_and_networks_are_read(texts: list[str], four: list[str], six: list[str]) -> None:
    found = local_addresses(texts).of
    assert (list(found.get(FOUR, ())), list(found.get(SIX, ()))) == (four, six)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "here",
        "10.0.0.256",
        "10.0.0.9-10.0.0.5",
        "10.0.0.1-fd00::1",
        "10.0.0.0/33",
        "-",
        "10.0.0.1-",
        "a/b",
    ],
)
def test_all_else_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="write an address, a range like"):
        local_addresses([text])


@pytest.mark.slow
@pytest.mark.parametrize("text", ["10.0.0.0/8", "fd00::/64", "10.0.0.0-10.1.0.0"])
def test_more_than_can_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"more than {MOST} addresses"):
        local_addresses([text])


def test_vus_take_them_by_their_numbers() -> None:
    local = local_addresses(["10.0.0.5-10.0.0.7", "fd00::1", "fd00::2"])
    assert [local.of_vu(number)[FOUR][-1] for number in range(5)] == ["5", "5", "6", "7", "5"]
    assert [local.of_vu(number)[SIX] for number in (1, 2, 3)] == ["fd00::1", "fd00::2", "fd00::1"]


def test_a_kind_that_is_not_listed_is_not_used() -> None:
    assert set(local_addresses(["10.0.0.5"]).of_vu(1)) == {FOUR}


def test_what_this_machine_has_is_no_error() -> None:
    check("127.0.0.1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("192.0.2.1", "this machine does not have the address 192.0.2.1"),
        ("127.0.0.1-128.0.0.0", "more than"),
    ],
)
def test_what_this_machine_lacks_is_said(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(text)


@pytest.mark.skipif(sys.platform != "linux", reason="what is wrong with it is another thing elsewhere")
def test_an_address_that_cannot_be_used_is_said() -> None:
    with pytest.raises(ValueError, match="fe80::1 cannot be used: Invalid argument"):
        check("fe80::1")  # of which link?
