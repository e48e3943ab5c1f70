"""Every example of the documentation: plans are validated, commands are run and their output compared."""

from pathlib import Path

import pytest
import yaml
from console import Shell, missing, session
from documents import PAGES, ROOT, Block, blocks, everything, plans, write_files

from planrunner.cli.main import outcome

YAML = everything("yaml")


@pytest.mark.parametrize("block", [b for b in YAML if "not a plan" not in b.marks], ids=str)
def test_a_plan_is_what_the_page_says(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(block.page, tmp_path)
    for plan in plans(block):
        Path("plan.yml").write_text(plan)
        code = outcome(["validate", "plan.yml"])
        told = capsys.readouterr()
        if "wrong" in block.marks:
            assert (code, block.marks["wrong"] in told.err) == (104, True), told.err
        else:
            assert code == 0, told.err


@pytest.mark.parametrize("block", [b for b in YAML if "not a plan" in b.marks], ids=str)
def test_other_yaml_can_be_read_and_says_what_it_is(block: Block) -> None:
    assert isinstance(yaml.safe_load(block.text), dict)
    assert block.marks["not a plan"]


def commanded(page: Path) -> list[Block]:
    return [block for block in blocks(page, "console") if "not run" not in block.marks]


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if commanded(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_do_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(page, tmp_path)
    shell = Shell(capsys)
    for block in commanded(page):
        for command, shown in session(block.text):
            told = shell.run(command)
            wanted = missing(shown, told, exact="planrunner run" not in command)
            assert not wanted, f"{block}: after `{command}` there is no line\n{wanted}\nbut\n{told}"


@pytest.mark.parametrize("language", ["console", "shell"])
def test_what_is_not_run_has_a_reason(language: str) -> None:
    kept = [block for block in everything(language) if "not run" in block.marks or language == "shell"]
    assert [str(block) for block in kept if not block.marks.get("not run")] == []
