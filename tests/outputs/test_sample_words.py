"""How k6 writes samples: lines of JSON and rows of CSV, character by character."""

import json

import pytest

from planrunner.outputs.readers import TIME_FORMATS, file, time_format
from planrunner.outputs.samples import csv_rows, json_lines
from planrunner.outputs.samples.encoding import Part

MOMENT = 1_795_853_775_083_339_605  # 2026-11-28T08:16:15.083339605Z


def part(metric: str = "http_reqs", value: float | None = None, **tags: str) -> Part:
    """Make a part; all metrics are times but for `http_reqs`."""
    return Part(metric, tags, "time" if metric != "http_reqs" else "default", value)


def test_lines_of_json_are_those_of_k6() -> None:
    write = json_lines.encode([part(value=1, name="a"), part("http_req_duration", name="a", status="200")])
    assert write(MOMENT, (0.0123456,)) == (
        '{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-28T08:16:15.083339605Z","value":1,'
        '"tags":{"name":"a"}}}\n'
        '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-28T08:16:15.083339605Z",'
        '"value":12.345600,"tags":{"name":"a","status":"200"}}}\n'
    )


def test_rows_of_csv_are_those_of_k6() -> None:
    write = csv_rows.encoder("unix")([part("waiting", name="a, b", endpoint="e", testid="t", url="/")])
    assert write(MOMENT, (0.5,)) == (
        'waiting,1795853775,500.000000,,,,,,,"a, b",,,,,,,/,endpoint=e&testid=t,\n'
    )


STRANGE = '100% "sure",\n\0%s Ünïcode'


def test_no_text_of_a_tag_breaks_a_line() -> None:
    write = json_lines.encode([part(name=STRANGE), part(value=0, name=STRANGE)])
    first, second = write(MOMENT, (3,)).splitlines()
    assert json.loads(first)["data"]["tags"]["name"] == STRANGE
    assert json.loads(second)["data"]["value"] == 0
    row = csv_rows.encoder("unix_nano")([part(name=STRANGE)])(MOMENT, (3,))
    assert row == f'http_reqs,{MOMENT},3.000000,,,,,,,"100% ""sure"",\n%s Ünïcode",,,,,,,,,\n'


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("unix", "1795853775"),
        ("unix_milli", "1795853775083"),
        ("unix_micro", "1795853775083339"),
        ("unix_nano", "1795853775083339605"),
        ("rfc3339", "2026-11-28T08:16:15Z"),
        ("rfc3339_nano", "2026-11-28T08:16:15.083339605Z"),
    ],
)
def test_times_are_written_in_the_formats_of_k6(name: str, written: str) -> None:
    assert csv_rows.encoder(name)([part(value=1)])(MOMENT, ()).split(",")[1] == written
    assert time_format(name) == name


def test_every_format_of_times_is_known_to_both() -> None:
    assert tuple(csv_rows.TIMES) == TIME_FORMATS


@pytest.mark.parametrize(("read", "value"), [(file, "-"), (file, ""), (time_format, "iso")])
def test_what_is_no_file_or_format_is_refused(read: object, value: str) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match=r"^write "):
        read(value)


def test_a_bool_is_a_number_and_counts_are_whole() -> None:
    write = json_lines.encode([part(), part()])
    assert [json.loads(line)["data"]["value"] for line in write(MOMENT, (True, 7)).splitlines()] == [1, 7]
