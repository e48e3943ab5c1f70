"""The journal: what was written is read again, up to the first record that is not whole."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Complaint, Snapshot
from planrunner.outputs.journal import HEAD, TITLE, Journal, decode, is_journal, masked, records

NUMBERS = st.floats(allow_nan=False)
COUNTS = st.integers(0, 2**40)


def histogram(values: list[float]) -> Histogram:
    made = Histogram()
    made.add(np.array(values))
    return made


SINKS: st.SearchStrategy[Sink] = st.one_of(
    st.builds(Counter, NUMBERS, COUNTS),
    st.builds(Gauge, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    st.builds(Rate, COUNTS, COUNTS),
    st.builds(lambda values: Trend(histogram(values)), st.lists(st.floats(-1e9, 1e9), max_size=50)),
)
KEYS = st.builds(Key, st.text(max_size=5), st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple))
SNAPSHOTS = st.builds(
    Snapshot,
    COUNTS,
    NUMBERS,
    NUMBERS,
    st.dictionaries(KEYS, SINKS, max_size=5),
    st.lists(st.builds(Complaint, st.one_of(COUNTS, KEYS), NUMBERS, st.text()), max_size=3),
    st.lists(st.text(), max_size=2),
    warm=st.dictionaries(KEYS, SINKS, max_size=2),
)


def plain(value: Any) -> Any:
    """Return what can be compared; counts by bucket have no equality."""
    return msgspec.to_builtins(value, enc_hook=lambda buckets: buckets.items(), str_keys=False)


def compared(snapshot: Snapshot) -> Any:
    sides = (snapshot.sinks, snapshot.warm)
    sinks = [[(key, plain(sink)) for key, sink in side.items()] for side in sides]
    return sinks, snapshot.complaints, snapshot.logs, snapshot.number, snapshot.at, snapshot.seconds


def journal(path: Path, *snapshots: Snapshot) -> Path:
    made = Journal(path)
    for snapshot in snapshots:
        made.write("snap", snapshot)
    made.close()
    return path


def read(path: Path) -> list[Snapshot]:
    return [decode(data, Snapshot) for _, data in records(path)]


def second(number: int) -> Snapshot:
    return Snapshot(number, number + 1.0, 1.0, {Key("n", (("a", "b"),)): Counter(number, 1)}, [], [])


@pytest.mark.slow
@given(SNAPSHOTS)
def test_a_snapshot_is_read_as_it_was_written(tmp_path_factory: Any, snapshot: Snapshot) -> None:
    path = journal(tmp_path_factory.mktemp("j") / "j", snapshot)
    assert [compared(one) for one in read(path)] == [compared(snapshot)]


def test_whatever_the_end_of_the_file_is_what_is_whole_is_read(tmp_path: Path) -> None:
    path = journal(tmp_path / "j", second(0), second(1))
    whole, first = path.read_bytes(), len(journal(tmp_path / "one", second(0)).read_bytes())
    for end in range(len(TITLE), len(whole)):
        path.write_bytes(whole[:end])
        assert [one.number for one in read(path)] == ([0] if end >= first else [])


def test_a_record_that_was_damaged_ends_it(tmp_path: Path) -> None:
    path = journal(tmp_path / "j", second(0), second(1), second(2))
    data = bytearray(path.read_bytes())
    first = len(journal(tmp_path / "one", second(0)).read_bytes())
    data[first + HEAD.size + 3] ^= 1
    path.write_bytes(data)
    assert [one.number for one in read(path)] == [0]


def test_records_have_kinds(tmp_path: Path) -> None:
    made = Journal(tmp_path / "j")
    made.write("note", second(7))
    made.close()
    assert [kind for kind, _ in records(tmp_path / "j")] == ["note"]


@pytest.mark.parametrize("content", [b"", b'{"format": 1}', b"planrunner journal 2\n"])
def test_another_file_is_no_journal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    assert not is_journal(tmp_path / "j")
    with pytest.raises(ValueError, match="is no journal of this version"):
        list(records(tmp_path / "j"))


def test_a_journal_begins_with_its_first_record(tmp_path: Path) -> None:
    made = Journal(tmp_path / "j")
    made.close()
    assert not made.path.exists()
    made.write("note", second(1))
    made.close()
    assert (is_journal(made.path), made.kinds) == (True, {"note"})


def test_what_no_record_holds_is_refused(tmp_path: Path) -> None:
    made = Journal(tmp_path / "j")
    with pytest.raises(NotImplementedError, match="no record holds a complex"):
        made.write("odd", 1j)

    class Odd(msgspec.Struct):
        value: complex

    with pytest.raises(NotImplementedError, match="no record holds a complex"):
        decode(msgspec.msgpack.encode({"value": 1}), Odd)


def test_secrets_in_tags_are_masked_and_the_snapshot_itself_is_not_changed() -> None:
    key, known = Key("n", (("a", "my-secret"),)), dict[Key, Key]()
    snapshot = Snapshot(0, 1.0, 1.0, {key: Counter(1, 1)}, [], [], warm={key: Counter(2, 1)})
    safe = masked(snapshot, lambda text: text.replace("secret", "***"), known)
    (seen,) = safe.sinks
    assert (seen.tags, *safe.warm) == ((("a", "my-***"),), seen)
    assert [*snapshot.sinks] == [key]
    assert masked(snapshot, lambda _: "not asked again", known).sinks == safe.sinks
