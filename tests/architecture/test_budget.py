"""A file fits in the head, a function fits on a screen, and money is never a float."""

from __future__ import annotations

import ast

from tests.architecture.houses import FILES, HOUSES, ROOT, TESTS, short, tree

TOP_LEVEL = {"manage.py", *HOUSES, "tests", "helm"}


def test_no_file_is_longer_than_400_lines():
    assert [short(p) for p in FILES + TESTS if len(p.read_text().splitlines()) > 400] == []


def test_no_function_is_longer_than_50_lines():
    assert [
        f"{short(p)}:{node.name}"
        for p in FILES + TESTS
        for node in ast.walk(tree(p))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ] == []


def test_no_float_touches_the_domain():
    assert [
        f"{short(p)}:{node.lineno}"
        for p in FILES
        if p.relative_to(ROOT).parts[0] in {"tenant_apps", "billing"} or "kernel" in p.parts
        for node in ast.walk(tree(p))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ] == []


def test_every_file_says_first_what_it_is_for():
    named = [p for p in FILES + TESTS if p.name != "__init__.py"]
    assert [short(p) for p in named if not ast.get_docstring(tree(p))] == []


def test_packages_hold_nothing_but_their_front():
    """An `__init__` is empty, or re-exports what the folder was split into."""
    fronts = (ast.Import, ast.ImportFrom, ast.Assign)
    assert [
        short(p)
        for p in FILES
        if p.name == "__init__.py"
        for node in tree(p).body
        if not (
            isinstance(node, fronts) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        )
    ] == []


def test_nothing_is_imported_inside_a_function():
    assert [
        f"{short(p)}:{inner.lineno}"
        for p in FILES
        for node in ast.walk(tree(p))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ] == []


def test_models_override_neither_save_nor_delete():
    assert [
        f"{short(p)}:{node.name}"
        for p in FILES
        if p.name == "models.py" or p.parent.name == "models"
        for node in ast.walk(tree(p))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ] == []


def test_nobody_listens_to_signals():
    assert [
        short(p)
        for p in FILES
        if "django.dispatch" in p.read_text() or "django.db.models.signals" in p.read_text()
    ] == []


def test_code_stands_in_the_named_houses_only():
    hidden = {".git", ".venv", ".ci"}
    found = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.glob("*")
        if path.name not in hidden
        and (path.suffix == ".py" or any(path.glob("*.py")) if path.is_dir() else path.suffix == ".py")
    }
    assert found <= TOP_LEVEL


def test_only_settings_read_the_environment():
    allowed = {"platform_core/settings/env.py", "platform_core/wsgi.py", "platform_core/jobs/celery.py"}
    assert [
        short(p)
        for p in FILES
        if "os.environ" in p.read_text()
        and short(p) not in allowed
        and "platform_core/runner/" not in short(p)
    ] == []


def test_only_the_backend_sets_a_search_path():
    allowed = {"platform_core/db/backend/base.py", "tenants/schemas/replay.py"}
    assert [
        short(p)
        for p in FILES
        if "SET search_path" in p.read_text() or "LOCAL search_path" in p.read_text()
        if short(p) not in allowed
    ] == []
