"""Collect static files when they have changed since the last time.

Collecting takes seconds and is needed rarely. Size and time of change of every source file decide;
packages count through the requirements file and the front-end stamp.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

SOURCES = ("themes", "saas", "tenants", "shared_apps", "tenant_apps")
COLLECT = ("collectstatic", "--noinput", "--clear", "--verbosity", "0")


def static_fingerprint(project: Path) -> str:
    """A digest that differs when a static file was added, removed, moved or changed."""
    digest = hashlib.sha256()
    for path in _static_files(project):
        found = path.stat()
        name = path.relative_to(project)
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    for path in (project / "requirements" / "base.txt", project / "var" / "frontend" / ".stamp"):
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()


def static_is_current(project: Path) -> bool:
    """Whether `var/static` holds what the sources hold."""
    stamp = _stamp(project)
    return stamp.exists() and stamp.read_text() == static_fingerprint(project)


def static_was_collected(project: Path) -> None:
    """Remember that `var/static` has just been collected."""
    stamp = _stamp(project)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(static_fingerprint(project))


def _stamp(project: Path) -> Path:
    return project / "var" / "static" / ".stamp"


def _static_files(project: Path) -> Iterator[Path]:
    for source in SOURCES:
        for folder in sorted((project / source).rglob("static")):
            yield from sorted(path for path in folder.rglob("*") if path.is_file())
