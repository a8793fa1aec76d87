"""The wheel, tried where nothing else of the project is: `python tools/try_wheel.py [pytest arguments …]`.

Builds it, installs it into an empty environment, judges a pair offline from an unrelated folder, and runs the tests against the
installed package. Tests that need more of the source tree than SOURCES skip themselves (tests/source_tree.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
SOURCES = ("tests", "examples", "README.md", "pyproject.toml")  # what is beside the tests: no package, no model
EXTRAS = "test,articles,documents,plot"

# Python imports this at its start: whoever asks for a network address or connects to one ends with an error.
_NO_NETWORK = """
import sys
def refuse(event, args):
    if event in ("socket.getaddrinfo", "socket.connect"):
        raise RuntimeError(f"asked for the network: {event} {args}")
sys.addaudithook(refuse)
"""


def main() -> None:
    """Build, install, try, test; the tests' exit code."""
    with tempfile.TemporaryDirectory(prefix="stancecheck-wheel-") as folder:
        here = Path(folder).resolve()
        wheel = build(here / "dist")
        python = installed(here / "venv", wheel)
        try_offline(python, here)
        print(f"{wheel.name}: judges offline, outside the source tree", flush=True)
        sys.exit(test(python, here / "tests-alone", wheel, sys.argv[1:]))


def build(folder: Path) -> Path:
    """The wheel, built from this checkout."""
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("stancecheck-*.whl")
    return wheel


def installed(folder: Path, wheel: Path) -> Path:
    """The Python of a new environment that holds the wheel and what it needs, no more."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install(python, "torch")  # first and from the constraints: unpinned it would bring gigabytes of CUDA libraries
    install(python, str(wheel))
    return python


def install(python: Path, what: str) -> None:
    """Install with pip, in the versions of constraints.txt."""
    run([str(python), "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS), what])


def try_offline(python: Path, here: Path) -> None:
    """The installed command in an empty folder, with an empty home and no network; it has to leave both empty.

    Raises:
        SystemExit: If it fails, takes the model from elsewhere, or writes a file.
    """
    home, guard = here / "home", here / "guard"
    home.mkdir()
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(_NO_NETWORK)
    env = {**clean_environment(), "HOME": str(home), "PYTHONPATH": str(guard)}
    command = str(python.with_name("stancecheck"))
    said = run([command, "check", "The bridge is closed.", "The bridge is not closed."], cwd=home, env=env)
    about = run([command, "model"], cwd=home, env=env)
    left = sorted(path.name for path in home.rglob("*"))
    if "score of contradict" not in said or "_models" not in about or left:
        sys.exit(f"the installed command failed:\n{said}\n{about}\nfiles written: {left}")
    print(said)


def test(python: Path, folder: Path, wheel: Path, arguments: Sequence[str]) -> int:
    """Run the tests against the installed package, from a folder without its source."""
    install(python, f"{wheel}[{EXTRAS}]")
    for name in SOURCES:
        source = ROOT / name
        target = folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "-rs", *arguments]
    return subprocess.run(command, cwd=folder, env=clean_environment(), check=False).returncode


def clean_environment() -> dict[str, str]:
    """Our environment without what would lead Python to other code."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """What the command prints.

    Raises:
        SystemExit: If it fails; with what it printed.
    """
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
