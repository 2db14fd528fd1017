"""The extras of the install: every package that the base does not have is of one of them."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from minibroker.model.extras import EXTRAS, extra_missing
from minibroker.model.shipped import PACKAGE


def _project() -> dict[str, list[str]]:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def _names(requirements: list[str]) -> set[str]:
    return {_plain(re.split(r"[\[<>=]", each)[0]) for each in requirements}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported() -> set[str]:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
    return found - {"minibroker"} - sys.stdlib_module_names


def test_every_imported_package_is_of_the_base_or_of_the_extra_that_the_table_says() -> None:
    project, distributions = _project(), packages_distributions()
    for module in _imported():
        names = {_plain(name) for name in distributions.get(module, [module])}
        extra = EXTRAS.get(module, "")
        # py4j comes with PyFlink, and nobody asks for it by itself.
        assert names & _names(project[extra]) or module == "py4j", module


def test_a_module_of_an_extra_says_how_to_get_it() -> None:
    missing = extra_missing(ModuleNotFoundError("no", name="pyflink.table"))
    assert missing is not None
    assert missing.message == "this needs pyflink, which comes with the extra 'broker'"
    assert missing.remedy == "pip install 'minibroker[broker]'"


def test_any_other_module_is_a_defect() -> None:
    assert extra_missing(ModuleNotFoundError("no", name="minibroker.nothing")) is None
