"""A package that starts `python -m corvana …` depends on what the command imports."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORVANA = ROOT / "corvana"
COMMANDS = ast.parse((CORVANA / "command_line.py").read_text())


def layers() -> dict[str, int]:
    """The place of every package in the import contract, 0 for the highest."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contract = next(
        one for one in tool["importlinter"]["contracts"] if one["name"] == "Data flows one way"
    )
    return {
        package.strip(): place
        for place, layer in enumerate(contract["layers"])
        for package in layer.split("|")
    }


def imported(body: ast.AST) -> set[str]:
    """The packages of ours that a piece of code imports."""
    modules = [node.module for node in ast.walk(body) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[1] for name in modules if name and name.startswith("corvana.")}


def commands() -> dict[str, set[str]]:
    """By its name, the packages that only this command imports."""
    return {
        node.name.removeprefix("run_").removeprefix("write_"): imported(node)
        for node in COMMANDS.body
        if isinstance(node, ast.FunctionDef)
    }


def started() -> Iterator[tuple[str, str]]:
    """Each package that starts processes of ours, with a command it names."""
    for path in CORVANA.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        if {"-m", "corvana"} <= texts:
            package = path.relative_to(CORVANA).parts[0].removesuffix(".py")
            yield from ((package, name) for name in commands() if name in texts)


def test_no_command_that_is_started_imports_what_lies_above() -> None:
    place, known = layers(), commands()
    found = list(started())
    assert ("runs", "prepare") in found
    assert [name for _, name in found if name == "worker"], "the web process starts a worker"
    upward = [
        (package, command, module)
        for package, command in found
        for module in known[command]
        if place[module] < place[package]
    ]
    assert upward == []


def test_working_out_the_usual_questions_needs_no_user_interface() -> None:
    assert commands()["prepare"] == {"questions"}
