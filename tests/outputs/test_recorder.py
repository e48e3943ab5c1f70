"""The recorder and its streams: which moments samples get, what is left out, what is told of losses."""

import asyncio
import gzip
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import samples
from fakes import in_virtual_time

from planrunner.metrics.recorded import Note
from planrunner.metrics.series import Gauge, Key, Metric
from planrunner.metrics.tally import Delivered, Snapshot, Totals
from planrunner.outputs.choosing import Chosen
from planrunner.outputs.output import View
from planrunner.outputs.samples.encoding import Part
from planrunner.outputs.samples.files import append, go_on
from planrunner.outputs.samples.json_lines import encode
from planrunner.outputs.samples.output import Samples
from planrunner.outputs.samples.recorder import PACK, Place, Recorder, Recording, recording, sending
from planrunner.outputs.samples.stream import Packer, Stream
from planrunner.outputs.sender import Limits, Sender

METRICS = {name: Metric("gauge") for name in ("size", "vus", "vus_max")}


def recorder(path: Path, place: Place | None = None) -> Recorder:
    """Make a recorder whose clock stands still at half a second."""
    told = Recording((Chosen("json", {"file": str(path)}),), ahead=10**18)
    made = Recorder(told, lambda text: text.replace("secret", "***"), lambda: 0.5, place or Place())
    made.begin(METRICS, {"testid": "t"})
    return made


def written(path: Path, *values: tuple[float, ...], place: Place | None = None, tag: str = "x") -> list[Any]:
    """Record samples of a series, and read what stands in the file."""

    async def main() -> list[Delivered]:
        made = recorder(path, place)
        note: Note = made.record([(Key("size", (("tag", tag),)), None)])
        async with sending(made):
            for value in values:
                note(value)
            return await made.close()

    (told,) = asyncio.run(main())
    found = [json.loads(line)["data"] for line in path.read_text().splitlines()] if path.exists() else []
    assert told == Delivered("json", len(found), 0)
    return found


def test_samples_are_written_with_the_tags_of_the_run_and_without_secrets(tmp_path: Path) -> None:
    (found,) = written(tmp_path / "a.json", (3.0,), tag="a secret")
    assert found == {
        "time": "2001-09-09T01:46:40.500000000Z",
        "value": 3,
        "tags": {"tag": "a ***", "testid": "t"},
    }


def test_however_many_samples_come_in_one_moment_each_has_its_own(tmp_path: Path) -> None:
    moments = []
    for index in range(3):
        path = tmp_path / f"{index}.json"
        found = written(path, *[(1.0,)] * (2 * PACK + 1), place=Place(index, 3))
        moments += [one["time"] for one in found]
    assert len(set(moments)) == len(moments) == 3 * (2 * PACK + 1)


def test_what_is_not_finite_is_left_out(tmp_path: Path) -> None:
    found = written(tmp_path / "a.json", (float("nan"),), (2.0,), (float("inf"),))
    assert [one["value"] for one in found] == [2]


def test_a_run_without_samples_writes_nothing(tmp_path: Path) -> None:
    assert written(tmp_path / "a.json") == []
    assert recording([Chosen("prometheus", {})]) is None


def test_levels_are_recorded_of_what_all_workers_have_together(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    async def main() -> None:
        made = recorder(path)
        async with sending(made):
            made.levels(Snapshot(0, 1.0, 1.0, {Key("vus", ()): Gauge(7, 1, 9)}, [], []))
            await made.close()

    asyncio.run(main())
    (line,) = map(json.loads, path.read_text().splitlines())
    assert (line["metric"], line["data"]["value"]) == ("vus", 7)


def test_full_batches_are_members_of_one_packed_file() -> None:
    packer = Packer(packed=True, most=2)
    first, none, second = packer.add("a\nb\n", 2), packer.add("c\n", 1), packer.rest()
    assert none is None
    assert packer.rest() is None
    assert first
    assert second
    assert (first.points, second.points) == (2, 1)
    assert gzip.decompress(first.data + second.data) == b"a\nb\nc\n"


def test_senders_take_turns_and_what_they_did_is_told_once() -> None:
    taken: list[list[bytes]] = [[], []]

    async def main() -> list[Delivered]:
        async def first(data: bytes) -> None:
            taken[0].append(data)

        async def second(data: bytes) -> None:
            taken[1].append(data)
            raise OSError("the disk is full")

        limits = Limits(first_pause=0.0, last_attempts=1)
        senders = [Sender(send, lambda _: None, limits=limits) for send in (first, second)]
        stream = Stream("json", encode, Packer(packed=False, most=1), senders)
        task = asyncio.create_task(stream.run())
        for moment in range(2):
            stream.write([(0, moment, (1,))], lambda _: [Part("size", {}, "default", None)])
        await stream.close()
        task.cancel()
        return [stream.news(), stream.news()]

    told, again = asyncio.run(main())
    assert (told, again.sent, again.lost) == (Delivered("json", 1, 1, "the disk is full"), 0, 0)
    assert (len(taken[0]), len(taken[1])) == (1, 1)


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_piece_for_which_there_is_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    append(str(path), b"first\n")
    with room(10), pytest.raises(OSError, match="too large"):
        append(str(path), b"second\n")
    append(str(path), b"third\n")
    assert path.read_bytes() == b"first\nthird\n"


def test_a_piece_that_is_not_the_last_one_any_more_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.touch()
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(file, b"sec")
    append(str(path), b"of another process\n")
    with room(3), pytest.raises(OSError, match="too large"):
        go_on(file, b"second\n", 3)
    os.close(file)
    assert path.read_bytes() == b"secof another process\n"


def test_what_is_flushed_each_second_is_sent_every_so_many_seconds() -> None:
    taken: list[bytes] = []

    async def main() -> None:
        async def send(data: bytes) -> None:
            taken.append(data)

        sender = Sender(send, lambda _: None)
        stream = Stream("json", lambda _: lambda moment, _: f"{moment}\n", Packer(packed=False), [sender], 2)
        task = asyncio.create_task(stream.run())
        for moment in range(5):
            stream.write([(0, moment, ())], lambda _: [])
            stream.write([(1, moment, ())], lambda _: [Part("size", {}, "default", 1)])
            stream.flush()
        await stream.close()
        task.cancel()

    asyncio.run(main())
    assert taken == [b"0\n0\n1\n1\n", b"2\n2\n3\n3\n", b"4\n4\n"]


@pytest.mark.parametrize(("error", "waited"), [("", 10.0), ("no answer within 5 s", 1.0)])
def test_a_backend_that_the_workers_have_waited_for_is_not_waited_for_as_long_again(
    error: str, waited: float
) -> None:
    async def deaf(_: bytes) -> None:
        await asyncio.sleep(3600)

    async def main() -> float:
        stream = Stream("influxdb", encode, Packer(packed=False), [Sender(deaf, lambda _: None)])
        stream.write([(0, 0, (1,))], lambda _: [Part("size", {}, "default", None)])
        held: Any = SimpleNamespace(streams={"influxdb": stream}, flush=lambda: None)
        output = Samples("influxdb", "http://h", View({}, Totals(), {}, str, list, print, held))
        output.take(Snapshot(0, 1.0, 1.0, {}, [], [], delivered=[Delivered("influxdb", 5, 2, error)]))
        task = asyncio.create_task(output.run())
        begin = asyncio.get_running_loop().time()
        told = await output.close(samples.passed())
        task.cancel()
        assert (told.sent, told.lost, told.error != "") == (5, 3, True)
        return asyncio.get_running_loop().time() - begin

    assert in_virtual_time(main) == pytest.approx(waited)
