from pathlib import Path
from typing import Any

import pytest
from datasets import complaints, opened, read, told

from planrunner.errors import Problems
from planrunner.values import rows as data_rows
from planrunner.values.datafiles import SHOWN

ANN, BOB = {"name": "Ann", "age": "30"}, {"name": "Bob", "age": "041"}


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("u.csv", "name,age\nAnn,30\nBob,041\n", {}),
        ("u.CSV", "\n name\r\n".strip() + ",age\r\n\r\nAnn,30\r\nBob,041", {}),
        ("u.csv", b"\xef\xbb\xbfname,age\nAnn,30\nBob,041\n", {}),
        ("u.csv", b"\xef\xbb\xbfname,age\nAnn,30\nBob,041\n", {"encoding": "utf-8"}),
        ("u.csv", "name;age\nAnn;30\nBob;041\n", {"delimiter": ";"}),
        ("u.csv", "name,age\nAnn,30\nBob,041\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("u.tsv", "name\tage\nAnn\t30\nBob\t041\n", {}),
        ("u.tsv", "name,age\nAnn,30\nBob,041\n", {"delimiter": ","}),
        ("u.json", '[{"name":"Ann","age":"30"},{"name":"Bob","age":"041"}]', {}),
        ("u.json", '{"a":{"b":[{"name":"Ann","age":"30"},{"name":"Bob","age":"041"}]}}', {"at": "$.a.b"}),
        ("u.jsonl", '{"name":"Ann","age":"30"}\r\n\n{"name":"Bob","age":"041"}', {}),
        ("u.ndjson", b'\xef\xbb\xbf{"name":"Ann","age":"30"}\n{"name":"Bob","age":"041"}\n', {}),
        ("u.yml", "- {name: Ann, age: '30'}\n- {name: Bob, age: 041}\n", {}),
        ("u.yaml", "users:\n- {name: Ann, age: '30'}\n- {name: Bob, age: 041}\n", {"at": "$.users"}),
    ],
)
def test_files_of_all_kinds_become_rows(
    name: str, content: str | bytes, keys: dict[str, Any], tmp_path: Path
) -> None:
    table = read(tmp_path, name, content, **keys)
    assert (table.name, table.rows, table.columns) == ("users", [ANN, BOB], frozenset({"name", "age"}))


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('a,b\n"x\ny","say ""hi"", ok"\n', {"a": "x\ny", "b": 'say "hi", ok'}),
        ("a,first name\n, 1.10 \n", {"a": "", "first name": " 1.10 "}),
        ("a\nü\n", {"a": "ü"}),
    ],
)
def test_a_field_of_a_csv_file_is_text_as_it_stands(
    content: str, row: dict[str, str], tmp_path: Path
) -> None:
    assert read(tmp_path, "u.csv", content).rows == [row]


def test_a_csv_file_may_be_in_any_encoding(tmp_path: Path) -> None:
    table = read(tmp_path, "u.csv", "ort\nKöln €\n".encode("cp1252"), encoding="cp1252")
    assert table.rows == [{"ort": "Köln €"}]


def test_a_line_separator_within_a_json_text_ends_no_line(tmp_path: Path) -> None:
    assert read(tmp_path, "u.jsonl", '"a\u2028b"\n2\n').rows == ["a\u2028b", 2]


def test_rows_may_be_plain_values(tmp_path: Path) -> None:
    table = read(tmp_path, "u.json", '["thin", 1, null, [2]]')
    assert (table.rows, table.columns) == (["thin", 1, None, [2]], None)


def test_rows_with_different_columns_have_the_columns_of_all(tmp_path: Path) -> None:
    assert read(tmp_path, "u.jsonl", '{"a":1}\n{"b":2}\n').columns == frozenset("ab")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", ":0: the file is empty (begin it with a line that names the columns)"),
        ("a,b\n", ":0: data set 'users' has no rows (give it at least one)"),
        (
            "a,b\n1\n",
            ":2: this row has 1 field, but there are 2 columns (add what is missing, if only the delimiters)",
        ),
        (
            'a,b\n1,2\n\n"x\ny",2,3\n',
            ":4: this row has 3 fields, but there are 2 columns (put a field that holds ',' into quotes)",
        ),
        ("\na,,c\n1,2,3\n", ":2: column 2 has no name (name it, or remove the delimiter)"),
        ("a,b,a\n1,2,3\n", ":1: columns 1 and 3 are both called 'a' (rename one)"),
        ("a;b\n1;2\n", ":1: the columns are not separated by ',' (write `delimiter: \";\"`)"),
        ("a\tb\n1\t2\n", ":1: the columns are not separated by ',' (write `delimiter: \"\\t\"`)"),
        ('a,b\n1,"2\n3,4\n', ':2: a quoted field of this row is not closed (write a " at its end)'),
        (
            'a,b\n1,"2" x\n',
            ":2: this is not CSV: ',' expected after '\"' (quotes within a quoted field are doubled: \"\")",
        ),
        (f"a\n{'x' * 140000}\n", ":2: a field of this row is longer than 128 KiB (is a quote not closed?)"),
        (
            b"a\nx\nK\xf6ln\n",
            ":3: the file is not UTF-8 (save it so, or name its encoding, for example `encoding: cp1252`)",
        ),
        (
            "a\nb\n".encode("utf-16-le"),
            ":0: the file contains NUL characters (is it UTF-16? write `encoding: utf-16`)",
        ),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_said_with_its_line(
    content: str | bytes, wrong: str, tmp_path: Path
) -> None:
    assert complaints(tmp_path, "u.csv", content) == [f"u.csv{wrong}"]


def test_a_file_in_another_encoding_than_named_is_refused(tmp_path: Path) -> None:
    found = complaints(tmp_path, "u.csv", "a\nb\nü\n", encoding="ascii")
    assert found[0].startswith("u.csv:3: the file is not ASCII (")


def test_half_characters_are_refused(tmp_path: Path) -> None:
    found = complaints(tmp_path, "u.csv", "a\n\\ud800\n", encoding="unicode_escape")
    assert found[0].startswith("u.csv:1: the file is not UNICODE_ESCAPE (")


def test_of_many_wrong_rows_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    found = complaints(tmp_path, "u.csv", "a,b\n" + "1\n" * (SHOWN + 3))
    assert [text.partition(" this")[0] for text in found[1:]] == [f"u.csv:{line}:" for line in range(2, 7)]
    assert found[0] == "u.csv:0: 3 more rows have too few or too many fields (correct them too)"


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("u.json", "", "0: this is not JSON: Input data was truncated (correct the file)"),
        ("u.json", "[1,\n 2,]", "2: this is not JSON: trailing comma in array (correct the file)"),
        ("u.json", "[" * 9999, "0: this is not JSON: it is nested too deeply (correct the file)"),
        ("u.json", b'["\xff"]', "1: the file is not UTF-8 (save it so, or name its encoding, for example"),
        ("u.json", "[]", "0: data set 'users' has no rows (give it at least one)"),
        ("u.json", "7", "0: the file holds a number, not a list of rows (name the list of rows with `at: $."),
        (
            "u.json",
            '{"a":[],"b":1,"c":[]}',
            "0: the file holds an object, not a list of rows (write `at: $.a` or",
        ),
        (
            "u.json",
            '[{"a":1},2]',
            "0: row 2 is a number, but row 1 is an object (make all rows objects, or all",
        ),
        (
            "u.json",
            '["a",null,{}]',
            "0: row 3 is an object, but row 1 is text (make all rows objects, or all",
        ),
        (
            "u.jsonl",
            '1\n{"a":\n',
            "2: this line is not JSON: Input data was truncated (write one JSON value a",
        ),
        ("u.jsonl", b"\xff", "1: the file is not UTF-8 (save it so, or name its encoding, for example"),
        ("u.yml", "", "0: data set 'users' has no rows (give it at least one)"),
        ("u.yml", "a: 1\n", "0: the file holds an object, not a list of rows (name the list of rows with"),
        (
            "u.yml",
            f"# {'x' * 2**20}\n- 1\n",
            "0: the file is larger than 1 MiB (write so many rows as CSV or JSON",
        ),
        ("u.yml", "- {a: 1, a: 2}\n", "1: the key 'a' stands here twice (first"),
    ],
)
def test_what_is_wrong_with_other_files_is_said(
    name: str, content: str | bytes, wrong: str, tmp_path: Path
) -> None:
    (found,) = complaints(tmp_path, name, content)
    assert found.startswith(f"{name}:{wrong}")


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ({"file": "none.csv"}, "cannot use the data file 'none.csv' (there is no such file"),
        ({"file": "../x.csv"}, "cannot use the data file '../x.csv' (it must be below the plan's folder"),
        ({"file": "u.txt"}, "unknown kind of data file 'u.txt' (it must end in one of: .csv, .tsv, .json"),
        ({"file": 7}, "wrong value 7 (write the name of a file, like data/customers.csv)"),
        ({"file": "u.json", "at": "a.b"}, "wrong value 'a.b' (write the path of one list, like $.data.cust"),
        (
            {"file": "u.json", "at": "$..a"},
            "wrong value '$..a' (write the path of one list, like $.data.cust",
        ),
        ({"file": "u.json", "at": "$.b"}, "there is no list of rows (this leads to nothing)"),
        ({"file": "u.json", "at": "$.a"}, "there is no list of rows (this leads to a number)"),
        ({"file": "u.json", "delimiter": ";"}, "'delimiter' says nothing about a .json file (remove it)"),
        ({"file": "u.csv", "at": "$.a"}, "'at' says nothing about a .csv file (remove it)"),
        ({"file": "u.csv", "delimiter": ";;"}, "wrong value ';;' (a delimiter is one character, for example"),
        ({"file": "u.csv", "delimiter": '"'}, "wrong value '\"' (a delimiter is one character, for example"),
        (
            {"file": "u.csv", "delimiter": "\\t"},
            "wrong value '\\\\t' (a tab is written \"\\t\" in double quotes)",
        ),
        ({"file": "u.csv", "encoding": "laten"}, "wrong value 'laten' (write an encoding that Python knows,"),
        (
            {"file": "u.csv", "encoding": "base64"},
            "wrong value 'base64' (write an encoding that Python knows",
        ),
        ({"file": "u.csv", "secret": ["passwort"]}, "unknown column 'passwort' (did you mean 'password'?)"),
        (
            {"rows": [1, 2], "secret": ["a"]},
            "data set 'users' has no columns (its rows are plain values; make",
        ),
        ({"rows": []}, "data set 'users' has no rows (give it at least one)"),
        ({"rows": [{"a": 1}, "${vu.id}"]}, "'vu' is not known here"),
    ],
)
def test_what_is_wrong_with_a_data_set_is_said_in_the_plan(
    keys: dict[str, Any], wrong: str, tmp_path: Path
) -> None:
    (tmp_path / "u.json").write_text('{"a": 1}')
    (tmp_path / "u.csv").write_text("name,password\nAnn,secret\n")
    found = told(tmp_path, **keys)[0]
    assert found.partition(": ")[2].startswith(wrong)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    found = complaints(tmp_path, "u.csv", "a\n1\n", delimiter="", encoding="x", at="$")
    assert len(found) == 3


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "u.csv").mkdir()
    assert told(tmp_path, file="u.csv") == [
        "plan.yml:3: cannot use the data file 'u.csv' (this is a folder; name a file)"
    ]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "u.csv").open("wb") as file:
        file.truncate(data_rows.SIZE_LIMIT + 1)
    (found,) = told(tmp_path, file="u.csv")
    assert found.endswith("'u.csv' (it is larger than 64 MiB; a test needs only some of its rows)")


def test_a_file_name_may_hold_variables(tmp_path: Path) -> None:
    (tmp_path / "eu.csv").write_text("a\n1\n")
    problems = Problems()
    assert opened(tmp_path, problems, file="${region}.csv").rows == [{"a": "1"}]


def test_a_name_without_value_leaves_the_data_set_without_rows(tmp_path: Path) -> None:
    problems = Problems()
    assert opened(tmp_path, problems, file="${missing}.csv").rows == []
    assert opened(tmp_path, problems, rows=["${missing}"]).rows == []
    assert opened(tmp_path, problems).rows == []  # neither file nor rows: said when the plan was read
    assert problems.found == []


def test_an_encoding_without_value_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("a\n1\n")
    assert opened(tmp_path, Problems(), file="u.csv", encoding="${missing}").rows == []


def test_written_rows_may_hold_variables(tmp_path: Path) -> None:
    rows = [{"name": "Ann", "region": "${region}"}, {"name": "$${x}", "region": 2}]
    assert opened(tmp_path, Problems(), rows=rows).rows == [
        {"name": "Ann", "region": "eu"},
        {"name": "${x}", "region": 2},
    ]


def test_the_values_of_secret_columns_are_secrets(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "u.json",
        '[{"a":"one1","b":12345,"c":"x"},{"a":["two2",{"d":"three"}],"b":true},{"a":null}]',
        secret=["a", "b"],
    )
    assert table.secrets() == ("one1", "12345", "two2", "three")


def test_a_data_set_without_secret_columns_has_no_secrets(tmp_path: Path) -> None:
    assert read(tmp_path, "u.csv", "a\nabcd\n").secrets() == ()


def test_secrets_too_short_to_be_masked_are_reported(tmp_path: Path) -> None:
    (found,) = complaints(tmp_path, "u.csv", "pin,b\n,1\n123,2\n", secret=["pin"])
    assert found.startswith("plan.yml:3: some values of the secret column 'pin' are too short to be masked")


@pytest.mark.parametrize(("secret", "lines"), [(["a"], []), ([], ["- {a: 1", ""])])
def test_lines_with_secrets_are_not_quoted(secret: list[str], lines: list[str], tmp_path: Path) -> None:
    (tmp_path / "u.yml").write_text("- {a: 1\n")
    problems = Problems()
    opened(tmp_path, problems, file="u.yml", secret=secret)
    assert problems.lines == {str(tmp_path / "u.yml"): lines}
