import base64
import html
import json
import re
from collections.abc import Callable
from string import ascii_letters, digits
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.errors import visible
from planrunner.values.data import shown
from planrunner.values.mask import SHORTEST, Mask, based, forms

SECRET = 'p"ss w/rd&é\n'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote(SECRET, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9").replace("%0A", "%0a"),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        html.escape(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_masked_however_it_is_written(form: str) -> None:
    mask = Mask([SECRET])
    assert mask(f"a {form} b").replace("%0a", "").replace("=", "") == "a *** b"


def test_the_longest_secret_is_masked_first() -> None:
    assert Mask(["pass", "password"])("password pass") == "*** ***"


def test_without_secrets_the_text_is_returned_as_it_is() -> None:
    text = "nothing to hide…"
    assert Mask([])(text) is text


def test_short_secrets_are_not_masked_but_reported() -> None:
    mask = Mask(["abc", "", "no", "long"])
    assert (mask("abc no long"), mask.short) == ("abc no ***", ("abc", "no"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("is 'my-secr…'", "is '***…'"),
        ("is 'my-…' and my-s… and my-secret", "is 'my-…' and ***… and ***"),
        ("…my-secret…", "…***…"),
        ("other…", "other…"),
        ("my-sacr…", "my-sacr…"),
    ],
)
def test_a_secret_cut_short_is_masked_too(text: str, masked: str) -> None:
    assert Mask(["my-secret"])(text) == masked


@pytest.mark.parametrize("secret", ["pass\x07word", "pa##[ss]word"])
def test_a_secret_is_masked_as_reports_show_it(secret: str) -> None:
    assert Mask([secret])(visible(f"it is {secret}!")) == "it is ***!"


@pytest.mark.slow
@given(st.text(ascii_letters, min_size=4, max_size=30), st.text(digits, max_size=150))
def test_a_value_cut_in_a_message_never_tells_a_secret(secret: str, before: str) -> None:
    assert secret[:4] not in Mask([secret])(shown(before + secret))


@pytest.mark.slow
@settings(max_examples=50)
@given(
    st.lists(st.text('ab"é', max_size=7), max_size=5),
    st.lists(st.sampled_from(["a", "b", '"', "é", " ", "…"]), max_size=40).map("".join),
)
def test_a_mask_does_what_one_regular_expression_of_all_forms_would(secrets: list[str], text: str) -> None:
    found = {form for secret in secrets if len(secret) >= SHORTEST for form in forms(secret)}
    text = text.replace("…", "")
    longest_first = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
    assert Mask(secrets)(text) == (re.sub(longest_first, "***", text) if found else text)


def test_a_secret_among_thousands_is_masked() -> None:
    mask = Mask(f"password-{number}" for number in range(1000))
    text = "password-17, password-999 and password-1000; 'password…"
    assert mask(text) == "***, *** and ***0; '***…"


def test_forms_of_letters_and_digits_are_those_of_any_text() -> None:
    assert forms("Secret123") == {"Secret123", *based(b"Secret123")}
    assert forms("Secret1") == {"Secret1", *based(b"Secret1")}


def test_base64_leaves_out_what_depends_on_the_neighbours() -> None:
    assert based(b"Secret123") == {
        "U2VjcmV0MTIz",  # as it is; behind one byte, where eBT... begins; behind two
        *("NlY3JldDEyM", "NlY3JldDEyMw", "NlY3JldDEyMw=="),
        *("TZWNyZXQxMj", "TZWNyZXQxMjM", "TZWNyZXQxMjM="),
    }


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("user", ["ann", "carl", "maria", "ä"])
@pytest.mark.parametrize("secret", ["hunter22", "pa?>w~~?>rd!", "four"])
def test_a_secret_is_masked_within_longer_base64(
    encode: Callable[[bytes], bytes], user: str, secret: str
) -> None:
    head = f"{user}:".encode()
    masked = Mask([secret])(encode(head + secret.encode()).decode())
    before, after = masked.split("***")
    assert after == ""
    assert before[: len(head) * 8 // 6] == encode(head).decode()[: len(head) * 8 // 6]
    assert len(before) <= -(-len(head) * 8 // 6)


@settings(max_examples=50)
@given(st.binary(max_size=9), st.binary(min_size=4, max_size=12), st.binary(max_size=4))
def test_no_more_than_the_edges_of_a_secret_are_left_in_base64(
    before: bytes, secret: bytes, behind: bytes
) -> None:
    text = base64.b64encode(before + secret + behind).decode()
    core = text[-(-len(before) * 8 // 6) : (len(before) + len(secret)) * 8 // 6]
    assert core in based(secret)


@pytest.mark.parametrize("secret", ['say "no"', "back\\slash", SECRET, "it's"])
@pytest.mark.parametrize("escapes", [True, False])
def test_a_secret_is_masked_in_json_within_json(secret: str, escapes: bool) -> None:
    inner = json.dumps({"token": secret}, ensure_ascii=escapes)
    outer = json.dumps({"body": inner}, ensure_ascii=escapes)
    mask = Mask([secret])
    assert mask(outer) == json.dumps({"body": '{"token": "***"}'})
    assert "***" in mask(repr(outer))
    assert "***" in mask(html.escape(outer))


def test_secrets_that_overlap_are_masked_from_the_left() -> None:
    assert Mask(["aaaa"])("aaaaaa") == "***aa"


@pytest.mark.parametrize("user", ["joe", "carl", "alice", ""])
def test_a_password_behind_a_user_name_is_masked_in_base64(user: str) -> None:
    sent = base64.b64encode(f"{user}:correct-horse/battery?".encode()).decode()
    masked = Mask(["correct-horse/battery?"])(f"Basic {sent}")
    shown = masked.removeprefix("Basic ").split("***")
    assert "***" in masked
    assert all(len(piece) <= len(user) * 4 // 3 + 4 for piece in shown)


def test_a_secret_with_quotes_is_masked_in_json_within_json() -> None:
    secret = 'pa ss"w<o>r\\d&100%x'
    echoed = json.dumps({"body": json.dumps({"p": secret})})
    assert Mask([secret])(echoed) == '{"body": "{\\"p\\": \\"***\\"}"}'
