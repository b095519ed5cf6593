"""The architecture, checked where it can be: layers, sizes, tenant models, names.

What is decided in prose (docs/architecture.md) and can be counted is counted here, so that a
review need not.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tenants.isolation import TenantModel, TenantQuerySet
from tenants.routers import tenant_labels

ROOT = Path(settings.BASE_DIR)
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
VAGUE_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}
NOTES_TO_SELF = ("TODO", "FIXME")
PACKAGE_INDEX = re.compile(
    r"https?://[^\s\"')]*(artifactory|nexus|/simple\b|registry\.npmjs|pypi\.org/simple|/root/pypi)"
)
TEXT = {".py", ".txt", ".in", ".toml", ".json", ".cfg", ".ini", ".md", ".yml", ".yaml", ".html"}


def tracked(suffix: str = "") -> list[Path]:
    """Files of the project: those git knows, or all when there is no git."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names if name] or [
        path for path in ROOT.rglob("*") if ".venv" not in path.parts and "var" not in path.parts
    ]
    return [path for path in paths if path.is_file() and path.name.endswith(suffix)]


def sources() -> list[Path]:
    return [path for path in tracked(".py") if "migrations" not in path.parts]


def trees() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in sources()]


def test_layers_import_downwards_only():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_module_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(ROOT)): length
        for path in sources()
        if (length := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring not counted."""
    words = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (words.count("\n") + 1 if words else 0)


def test_no_function_hides_a_second_idea():
    long = {
        f"{name}:{node.name}": length_of(node)
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_of(node) > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_file_name_says_its_idea():
    assert [path for path in sources() if path.name in VAGUE_NAMES] == []


def test_every_module_with_code_says_why_it_exists():
    silent = [
        name
        for name, tree in trees()
        if tree.body and not ast.get_docstring(tree) and "tests/" not in name
        and not name.endswith(("apps.py", "__init__.py"))
    ]  # fmt: skip
    assert silent == []


def test_nothing_is_left_to_do_later():
    marks = re.compile(rf"#.*\b({'|'.join(NOTES_TO_SELF)})\b")
    found = [str(path.relative_to(ROOT)) for path in sources() if marks.search(path.read_text())]
    assert found == []


def test_no_error_is_swallowed_and_no_check_silenced_without_its_name():
    found = []
    for name, tree in trees():
        source = (ROOT / name).read_text()
        if any(isinstance(n, ast.ExceptHandler) and n.type is None for n in ast.walk(tree)):
            found.append(f"{name}: except without a class")
        if re.search(r"#\s*noqa\s*($|[^:\s])", source, re.MULTILINE):
            found.append(f"{name}: noqa without a code")
        if re.search(r"#\s*type:\s*ignore\s*($|[^\[\s])", source, re.MULTILINE):
            found.append(f"{name}: type: ignore without a code")
    assert found == []


def test_agencies_are_entered_with_tenant_context_only():
    """``with agency:`` shares its stack between threads, and a decorator shares its own."""
    names = {"agency", "tenant", "lumiere", "ocean"}
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.With | ast.AsyncWith):
                entered = [item.context_expr for item in node.items]
                if any(isinstance(item, ast.Name) and item.id in names for item in entered):
                    found.append(f"{name}:{node.lineno} with agency")
            for decorator in getattr(node, "decorator_list", []):
                call = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(call, ast.Name) and call.id in ("tenant_context", "schema_context"):
                    found.append(f"{name}:{node.lineno} decorator")
    # The one that proves that it is refused.
    assert [place for place in found if "test_isolation.py" not in place] == []


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in tenant_labels()]


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_every_tenant_model_is_guarded(model):
    assert issubclass(model, TenantModel)
    assert isinstance(model._default_manager.none(), TenantQuerySet)
    assert isinstance(model._base_manager.none(), TenantQuerySet)


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_no_tenant_model_asks_for_a_database_key_to_a_shared_table(model):
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if not field.concrete or target is None or target._meta.app_label in tenant_labels():
            continue
        assert field.db_constraint is False, field
        assert field.remote_field.on_delete is models.DO_NOTHING, field
        assert field.remote_field.hidden, f"{field} is reachable from the shared side"


def test_no_shared_model_is_a_tenant_model():
    strays = [
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.app_label not in tenant_labels()
    ]
    assert strays == []


def test_no_file_names_a_package_index():
    found = []
    for path in tracked():
        if path.suffix not in TEXT or path.name == "test_architecture.py":
            continue
        match = PACKAGE_INDEX.search(path.read_text(errors="replace"))
        if match:
            found.append(f"{path.relative_to(ROOT)}: {match[0]}")
    assert found == []


def test_requirements_are_pinned_and_hashed():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = [line for line in path.read_text().splitlines() if line and line[0] not in " #-"]
        assert lines
        for line in lines:
            assert re.match(r"[A-Za-z0-9._\[\],-]+==[^ ]+ .*\\$", line), f"{path.name}: {line}"
        assert "--index-url" not in path.read_text()
