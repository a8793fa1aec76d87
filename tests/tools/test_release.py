"""tools/: the lowest versions are those that pyproject.toml states, and the wheel's try is one without network."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib

import pytest

from tests.source_tree import ROOT, source_path

source_path("tools")
lowest = importlib.import_module("tools.lowest")
try_wheel = importlib.import_module("tools.try_wheel")


def made(dependencies, **extras):
    return {"dependencies": dependencies, "optional-dependencies": extras}


def test_lowest_versions_become_pins():
    project = made(
        ["numpy>=2.0", "ray[data]>=2.40", "one>=1.5; sys_platform == 'linux'"], plot=["matplotlib>=3.9"], other=["x>=1"]
    )
    assert lowest.lowest(project, ["plot"]) == ["numpy==2.0", "ray==2.40", "one==1.5", "matplotlib==3.9"]


@pytest.mark.parametrize("line", ["numpy", "numpy<3", "numpy>=2,<3", "numpy~=2.0"])
def test_unclear_lowest_version_is_an_error(line):
    with pytest.raises(ValueError, match=r"expected NAME>=VERSION"):
        lowest.lowest(made([line]), [])


def test_constraints_pin_every_dependency():
    script = [sys.executable, str(ROOT / "tools" / "lowest.py"), "test"]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    pinned = dict(line.split("==") for line in done.stdout.split())
    with (ROOT / "pyproject.toml").open("rb") as file:
        stated = [line.partition(";")[0].partition(">=") for line in tomllib.load(file)["project"]["dependencies"]]
    assert {name for name, _, _ in stated} <= set(pinned)
    assert all(pinned[name] == version for name, _, version in stated if name != "torch")


def test_wheel_guard_refuses_the_network(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(try_wheel._NO_NETWORK)
    ask = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([sys.executable, "-c", ask], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "asked for the network" in done.stderr


def test_skips_are_for_wheels_only(tmp_path, monkeypatch):
    from tests import source_tree

    with pytest.raises(FileNotFoundError, match="nonsense"):
        source_tree.source_path("nonsense")
    monkeypatch.setattr(source_tree, "ROOT", tmp_path)
    with pytest.raises(pytest.skip.Exception, match="needs benchmarks"):
        source_tree.source_path("benchmarks")
