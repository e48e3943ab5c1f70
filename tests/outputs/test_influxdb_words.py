"""Line protocol, and where it is sent: character by character."""

from collections.abc import Mapping

import pytest

from planrunner.errors import Problems
from planrunner.outputs.choosing import Chosen, choose
from planrunner.outputs.influxdb.line import encoder
from planrunner.outputs.influxdb.place import place
from planrunner.outputs.readers import FIELDS, database_url, fields, writers
from planrunner.outputs.samples.encoding import Part
from planrunner.plan.load import load
from planrunner.values.names import Names

MOMENT = 1_795_853_775_083_339_605


def line(tags: Mapping[str, str], fields: Mapping[str, str] = FIELDS) -> str:
    """Write a sample with these tags."""
    return encoder(fields)([Part("http_reqs", tags, "default", 1)])(MOMENT, ())


def test_a_line_has_tags_and_the_url_is_a_field_beside_the_value() -> None:
    assert line({"name": "login", "url": "http://h/?a=1&b=2"}) == (
        f'http_reqs,name=login url="http://h/?a=1&b=2",value=1 {MOMENT}\n'
    )
    assert line({}) == f"http_reqs value=1 {MOMENT}\n"


def test_times_are_in_milliseconds_and_all_samples_of_a_request_have_one_moment() -> None:
    parts = [Part("http_reqs", {}, "default", 1), Part("http_req_duration", {}, "time", None)]
    assert encoder(FIELDS)(parts)(7, (0.25,)) == "http_reqs value=1 7\nhttp_req_duration value=250.000000 7\n"


@pytest.mark.parametrize(
    ("tags", "written"),
    [
        ({"a b": "c, d=e"}, r",a\ b=c\,\ d\=e value=1"),
        ({"a": "100%\n\0s"}, r",a=100%\ s value=1"),
        ({"a": "C:\\dir\\ \\\\"}, r",a=C:\dir/\ // value=1"),
        ({"url": 'a "b" \\ %s\n'}, r' url="a \"b\" \\ %s ",value=1'),
    ],
)
def test_no_text_breaks_a_line(tags: Mapping[str, str], written: str) -> None:
    assert line(tags) == f"http_reqs{written} {MOMENT}\n"


@pytest.mark.parametrize(
    ("kind", "text", "written"),
    [
        ("string", "7", '"7"'),
        ("int", "-7", "-7i"),
        ("int", "7.5", '"7.5"'),
        ("float", "7.50", "7.5"),
        ("float", "inf", '"inf"'),
        ("float", "seven", '"seven"'),
        ("bool", "True", "true"),
        ("bool", "0", "false"),
        ("bool", "perhaps", '"perhaps"'),
    ],
)
def test_a_tag_becomes_a_field_of_its_type_or_else_text(kind: str, text: str, written: str) -> None:
    assert line({"shop": text}, {"shop": kind}) == f"http_reqs shop={written},value=1 {MOMENT}\n"


def settings(argument: str = "", kind: str = "influxdb", **environ: str) -> Chosen:
    """Choose the output as the command line and the environment say."""
    problems = Problems()
    (chosen,) = choose({}, [f"{kind}={argument}" if argument else kind], environ, Names({}), problems)
    assert not problems.failed
    return chosen


@pytest.mark.parametrize(
    ("argument", "environ", "url"),
    [
        ("", {}, "http://localhost:8086/write?db=k6&precision=ns"),
        ("http://db:1/my%20runs", {}, "http://db:1/write?db=my%20runs&precision=ns"),
        (
            "",
            {
                "K6_INFLUXDB_DB": "runs",
                "K6_INFLUXDB_RETENTION": "week",
                "K6_INFLUXDB_CONSISTENCY": "all",
                "K6_INFLUXDB_ADDR": "https://db",
            },
            "https://db/write?db=runs&rp=week&consistency=all&precision=ns",
        ),
        (
            "http://db:1",
            {"K6_INFLUXDB_ORGANIZATION": "our org", "K6_INFLUXDB_BUCKET": "b", "K6_INFLUXDB_TOKEN": "secret"},
            "http://db:1/api/v2/write?org=our%20org&bucket=b&precision=ns",
        ),
        (
            "http://db:1/c",
            {"PLANRUNNER_INFLUXDB_TOKEN": "t"},
            "http://db:1/api/v2/write?bucket=c&precision=ns",
        ),
        ("", {"K6_INFLUXDB_TOKEN": "t"}, "http://localhost:8086/api/v2/write?bucket=k6&precision=ns"),
    ],
)
def test_where_samples_go(argument: str, environ: Mapping[str, str], url: str) -> None:
    assert place(settings(argument, **environ).settings).url == url


def test_who_writes_is_said_in_a_header_and_nowhere_else() -> None:
    chosen = settings(K6_INFLUXDB_USERNAME="ada", K6_INFLUXDB_PASSWORD="very-secret")
    assert place(chosen.settings).headers == {"Authorization": "Basic YWRhOnZlcnktc2VjcmV0"}
    chosen = settings(
        "http://ada:very-secret@db/k6", K6_INFLUXDB_TOKEN="a-token", K6_INFLUXDB_ORGANIZATION="o"
    )
    assert place(chosen.settings).headers == {"Authorization": "Token a-token"}
    assert set(chosen.secrets) == {"a-token", "very-secret"}
    assert place(settings(K6_INFLUXDB_BUCKET="b").settings).headers == {}


def test_the_names_of_k6_and_its_way_to_write_durations_are_understood() -> None:
    chosen = settings(
        kind="xk6-influxdb",
        K6_INFLUXDB_PUSH_INTERVAL="2500",
        K6_INFLUXDB_CONCURRENT_WRITES="2",
        K6_INFLUXDB_TAGS_AS_FIELDS="vu:int,url",
    )
    said = chosen.settings
    assert (chosen.kind, said["push_interval"], said["concurrent_writes"]) == ("influxdb", 2.5, 2)
    assert said["tags_as_fields"] == {"vu": "int", "url": "string"}


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (database_url, "localhost:8086"),
        (database_url, "http://h/k6?insecure=true"),
        (writers, "0"),
        (writers, 2.5),
        (fields, "vu:integer"),
        (fields, ""),
        (fields, 7),
    ],
)
def test_what_cannot_be_meant_is_refused(read: object, value: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match=r"^write "):
        read(value)


def test_a_plan_can_say_all_of_it() -> None:
    text = """
name: x
target: http://h
steps: [{get: /}]
variables: {word: {default: a-token, secret: true}}
outputs:
  influxdb:
    url: http://db:8086/runs
    token: ${word}
    concurrent_writes: 2
    push_interval: 2s
    tags_as_fields: [url, order:int]
"""
    problems = Problems()
    plan = load(text.encode(), "plan.yml", problems)
    assert plan
    (chosen,) = choose(plan.outputs, [], {}, Names({"word": "a-token"}), problems)
    said = chosen.settings
    assert (said["token"], said["concurrent_writes"], said["push_interval"]) == ("a-token", 2, 2)
    assert said["tags_as_fields"] == {"url": "string", "order": "int"}
    assert not problems.failed


def test_what_k6_alone_can_is_told() -> None:
    problems = Problems()
    choose({}, ["influxdb"], {"K6_INFLUXDB_PRECISION": "ms"}, Names({}), problems)
    (told,) = problems
    assert (told.warning, told.place.file) == (True, "K6_INFLUXDB_PRECISION")
