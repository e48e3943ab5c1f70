"""The shape of the package: who may import whom, how long things are, and who may print."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent / "planrunner"
LAYERS = (
    {"errors", "units"},
    {"plan"},
    {"pacing", "protocols", "metrics", "values"},
    {"result", "checks"},
    {"compare", "outputs", "reports"},
    {"engine"},
    {"github", "live", "importers", "demo", "explain", "init"},
    {"cli"},
    {"__main__"},
)
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
SIDEWAYS = {("protocols", "values")}  # an action renders its templates
ONLY = {"reports": {"result", "units", "errors"}}
FREE = {"schemas", "__version__"}  # shipped data and a constant: anybody's
MOST_LINES, MOST_FUNCTION_LINES = 350, 40
NAMELESS = {"utils", "helpers", "common", "base"}


@cache
def trees() -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(ROOT.rglob("*.py"))}


def room(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def targets(node: ast.AST) -> list[str]:
    """Return the rooms that a statement imports."""
    match node:
        case ast.Import():
            names = [alias.name for alias in node.names]
        case ast.ImportFrom(module="planrunner"):
            names = [f"planrunner.{alias.name}" for alias in node.names]
        case ast.ImportFrom(module=str(name)):
            names = [name]
        case _:
            return []
    return [name.split(".")[1] for name in names if name.startswith("planrunner.")]


def allowed(importer: str, target: str) -> bool:
    if target in {importer, *FREE} or (importer, target) in SIDEWAYS:
        return True
    if importer in ONLY:
        return target in ONLY[importer]
    return LAYER[target] < LAYER[importer]


def forbidden(importer: str, code: str) -> list[str]:
    nodes = ast.walk(ast.parse(code))
    return [target for node in nodes for target in targets(node) if not allowed(importer, target)]


@cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Return what the rules look at, found once for all of them."""
    kinds = ast.Import | ast.ImportFrom | ast.Call | ast.FunctionDef | ast.AsyncFunctionDef
    return [
        (file.relative_to(ROOT), node)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


@pytest.mark.parametrize(
    ("importer", "code", "wrong"),
    [
        ("plan", "from planrunner.errors import Place", []),
        ("plan", "import planrunner.engine.run", ["engine"]),
        ("plan", "from planrunner import engine", ["engine"]),
        ("plan", "def f():\n    from planrunner.cli.main import main", ["cli"]),
        ("metrics", "from planrunner.metrics.tally import Tally", []),
        ("metrics", "from planrunner.values.scope import Scope", ["values"]),
        ("protocols", "from planrunner.values.scope import Scope", []),
        ("values", "from planrunner.protocols import Reply", ["protocols"]),
        ("reports", "from planrunner.plan.model import Plan", ["plan"]),
        ("reports", "from planrunner.result import Result", []),
        ("cli", "from planrunner import __version__, engine", []),
    ],
)
def test_the_rule_knows_what_is_allowed(importer: str, code: str, wrong: list[str]) -> None:
    assert forbidden(importer, code) == wrong


def test_every_room_has_a_layer() -> None:
    rooms = {room(file) for file in trees()} - {"__init__"}
    assert rooms - set(LAYER) == set()


def test_imports_only_point_down() -> None:
    wrong = [
        f"{file}:{node.lineno} imports {target}"
        for file, node in nodes()
        if isinstance(node, ast.Import | ast.ImportFrom) and room(ROOT / file) in LAYER
        for target in targets(node)
        if not allowed(room(ROOT / file), target)
    ]
    assert wrong == []


def test_imports_are_absolute() -> None:
    assert [str(file) for file, node in nodes() if isinstance(node, ast.ImportFrom) and node.level] == []


def test_only_the_command_line_prints_or_exits() -> None:
    wrong = [
        f"{file}:{node.lineno} {ast.unparse(node.func)}"
        for file, node in nodes()
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"print", "exit", "quit", "sys.exit", "SystemExit"}
        and room(ROOT / file) not in {"cli", "__main__"}
    ]
    assert wrong == []


def test_no_file_is_too_long() -> None:
    files = [*trees(), *(file for file in TESTS.rglob("*.py") if "node_modules" not in file.parts)]
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert [f"{file} {length}" for file, length in lengths.items() if length > MOST_LINES] == []


def test_no_function_is_too_long() -> None:
    lengths = [
        (f"{file}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for file, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [found for found in lengths if found[1] > MOST_FUNCTION_LINES] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {part for file in trees() for part in file.relative_to(ROOT).with_suffix("").parts}
    assert names & NAMELESS == set()


def test_no_package_defines_what_one_of_its_modules_is_called() -> None:
    """Whoever imports the module first gets it instead: an import puts it into the package by its name."""
    defined = [
        (file, node.name)
        for file, tree in trees().items()
        if file.name == "__init__.py"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    modules = {(file.parent, file.stem) for file in trees()} | {
        (file.parent.parent, file.parent.name) for file in trees()
    }
    assert [f"{file} {name}" for file, name in defined if (file.parent, name) in modules] == []
