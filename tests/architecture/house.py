"""Reading the house: the floors from docs/explanation/architecture.md, the imports from the source itself.

Nothing here imports the package; files are parsed. A tree is a folder that holds `prevention_model/`, so
that the tests can also read trees planted with faults.
"""

import ast
import graphlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src"
PAGE = REPOSITORY / "docs" / "explanation" / "architecture.md"
PACKAGE = "prevention_model"
FACE = (f"{PACKAGE}/__init__.py", f"{PACKAGE}/__main__.py")
LOADERS = {"import_module", "__import__", "lazy", "find_spec", "resolve_name", "run_module"}
DOTTED = re.compile(rf"{PACKAGE}(\.\w+)+(:\w+)?")


@dataclass(frozen=True)
class Plan:
    """What the page says: the floors, the rooms that come later, who may load by name or open the vault."""

    floors: dict[str, int]
    reserved: frozenset[str]
    lazy_files: frozenset[str]
    vault_rooms: frozenset[str]


def read_plan(text: str) -> Plan:
    """Read the tables of the page; a row that cannot be read is an error here, not a room left out."""
    floors: dict[str, int] = {}
    for floor, rooms in rows(text, "Floors", "floor"):
        for room in (name.strip() for name in rooms.split(",")):
            assert room not in floors, f"{room} stands on two floors"
            floors[room] = int(floor)
    return Plan(
        floors,
        reserved=frozenset(first for first, _ in rows(text, "Reserved rooms", "room")),
        lazy_files=frozenset(first.strip("`") for first, _ in rows(text, "Loading by name", "file")),
        vault_rooms=frozenset(first for first, _ in rows(text, "Who opens the vault", "room")),
    )


def rows(text: str, heading: str, first_column: str) -> list[tuple[str, str]]:
    """The first two cells of each row of the table under a heading."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"the page has no section called {heading}"
    lines = [line for line in section.group(1).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells and cells[0][0] == first_column, f"under {heading}, no table of {first_column}"
    return [(row[0], row[1]) for row in cells[2:]]


@dataclass(frozen=True)
class Import:
    """One import: the file and line that makes it, the module it reaches, and the name taken from it."""

    file: str
    line: int
    module: str
    name: str = ""
    nested: bool = False
    by_name: bool = False
    loaded: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}{'.' + self.name if self.name else ''}"


def files(tree: Path) -> list[str]:
    """All Python files of the package, relative to the tree, with forward slashes."""
    return sorted(path.relative_to(tree).as_posix() for path in (tree / PACKAGE).rglob("*.py"))


def module_of(file: str) -> str:
    """The dotted name of the module that a file is; for an `__init__.py`, of its package."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def room_of(module: str) -> str:
    """The room that a module of the package belongs to; empty for the root face."""
    parts = module.split(".")
    return parts[1] if parts[0] == PACKAGE and len(parts) > 1 and parts[1] != "__main__" else ""


def rooms(tree: Path) -> set[str]:
    """The rooms that hold any Python."""
    return {room_of(module_of(file)) for file in files(tree) if file not in FACE}


def all_imports(tree: Path) -> list[Import]:
    """Every import of every file of a tree."""
    known = {module_of(file) for file in files(tree)}
    return [each for file in files(tree) for each in imports(tree, file, known)]


def imports(tree: Path, file: str, known: set[str]) -> list[Import]:
    """Every import of a file: at the top, nested, relative, and by a name in a string."""
    syntax = ast.parse((tree / file).read_text(encoding="utf-8"), filename=file)
    found: list[Import] = []
    for node, nested in walk(syntax):
        by_name, loaded = isinstance(node, ast.Constant | ast.Call), isinstance(node, ast.Call)
        for module, name in reached(node, file):
            if name and f"{module}.{name}" in known:
                module, name = f"{module}.{name}", ""
            nested_here = nested and not by_name
            found.append(Import(file, getattr(node, "lineno", 0), module, name, nested_here, by_name, loaded))
    return found


def walk(syntax: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """Every node but docstrings, and whether it lies inside a function."""
    stack: list[tuple[ast.AST, bool]] = [(syntax, False)]
    while stack:
        node, inside = stack.pop()
        yield node, inside
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
                stack.append((child, inside))


def reached(node: ast.AST, file: str) -> Iterator[tuple[str, str]]:
    """What one node imports, as (module, name). A string that names a module of the package counts."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = absolute(file, node.level, node.module or "")
        yield from ((base, alias.name) for alias in node.names)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
        yield node.value.partition(":")[0], ""
    elif isinstance(node, ast.Call) and called(node) in LOADERS:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            text = first.value.partition(":")[0]
            yield absolute(file, len(text) - len(text.lstrip(".")), text.lstrip(".")), ""
        else:
            yield "a name that is not written out", ""


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def absolute(file: str, level: int, module: str) -> str:
    """The full name of a module that is named from inside a file, with `level` leading dots."""
    if level == 0:
        return module
    parts = file.removesuffix(".py").split("/")
    return ".".join([*parts[: len(parts) - level], *filter(None, [module])])


def faults(tree: Path, plan: Plan) -> list[str]:
    """Everything in a tree that the plan does not allow, one line each; empty for a house in order."""
    found = [*room_faults(tree, plan)]
    graph: dict[str, set[str]] = {}
    known = {module_of(file) for file in files(tree)}
    for file in files(tree):
        made = imports(tree, file, known)
        found += [fault for each in made for fault in import_faults(each, plan)]
        static = {each.module: each for each in made if not each.by_name and inside(each.module)}
        found += [f"{each}: there is no such file" for name, each in static.items() if name not in known]
        graph[module_of(file)] = static.keys() & known - {PACKAGE}
    return found + circle_faults(graph)


def inside(module: str) -> bool:
    """Whether a module belongs to the package."""
    return module.split(".")[0] == PACKAGE


def room_faults(tree: Path, plan: Plan) -> Iterator[str]:
    """Rooms without a floor, and floors for rooms that are neither there nor reserved."""
    there = rooms(tree)
    for room in sorted(there - plan.floors.keys()):
        yield f"{room}: a room that the table of floors does not name"
    for room in sorted(plan.floors.keys() - there - plan.reserved):
        yield f"{room}: in the table of floors, but neither built nor reserved"
    for room in sorted(plan.reserved & there):
        yield f"{room}: built, but still named as reserved"
    for room in sorted(plan.reserved - plan.floors.keys()):
        yield f"{room}: reserved, but without a floor"


def import_faults(each: Import, plan: Plan) -> Iterator[str]:
    """What is wrong with one import."""
    if (each.nested or each.loaded) and each.file not in plan.lazy_files:
        how = "by name" if each.loaded else "inside a function"
        yield f"{each}, {how}: only the files named under 'Loading by name' may"
    if not inside(each.module) or each.file in FACE:
        return
    ours, theirs = room_of(module_of(each.file)), room_of(each.module)
    if not theirs and each.name == "__version__":
        return
    if not theirs:
        yield f"{each}: a file inside the house does not go through the root face"
    elif theirs not in plan.floors:
        yield f"{each}: there is no such room"
    elif ours != theirs and plan.floors[theirs] >= plan.floors.get(ours, 0):
        yield f"{each}: floor {plan.floors.get(ours, 0)} may not import from floor {plan.floors[theirs]}"


def circle_faults(graph: dict[str, set[str]]) -> list[str]:
    """The first circle among files, if there is one."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return ["a circle: " + " <- ".join(error.args[1])]
    return []
