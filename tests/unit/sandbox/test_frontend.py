"""Front-end files: only what is served, nothing that points to what is not."""

import json
from pathlib import Path

import pytest

from deploy import frontend
from deploy.frontend import FrontendFailed, faces_of_subsets, without_source_map

PROJECT = Path(__file__).resolve().parents[3]

SHEET = """
/* lora-cyrillic-wght-normal */
@font-face { font-family: 'Lora'; src: url(./files/lora-cyrillic-wght-normal.woff2); }
/* lora-latin-ext-wght-normal */
@font-face { font-family: 'Lora'; src: url(./files/lora-latin-ext-wght-normal.woff2); }
/* lora-latin-wght-normal */
@font-face { font-family: 'Lora'; src: url(./files/lora-latin-wght-normal.woff2); }
"""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a{}\n/*# sourceMappingURL=a.css.map */", "a{}\n"),
        ("let a;\n//# sourceMappingURL=a.js.map\n", "let a;\n"),
        ("a{}\n", "a{}\n"),
        ('let b = "sourceMappingURL=";\nlet c;', 'let b = "sourceMappingURL=";\nlet c;'),
    ],
)
def test_the_pointer_to_a_source_map_goes_and_the_code_stays(text: str, kept: str) -> None:
    assert without_source_map(text) == kept


def test_only_latin_faces_are_kept_and_point_beside_the_sheet() -> None:
    assert list(faces_of_subsets(SHEET, "lora")) == [
        "@font-face { font-family: 'Lora'; src: url(lora-latin-ext-wght-normal.woff2); }",
        "@font-face { font-family: 'Lora'; src: url(lora-latin-wght-normal.woff2); }",
    ]


def test_a_package_that_lost_a_served_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "PACKAGES", tmp_path)

    with pytest.raises(FrontendFailed, match="@tabler/core/dist/css"):
        frontend._files_copy(tmp_path / "out")


def test_npm_comes_with_the_python_packages_where_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frontend.shutil, "which", lambda _name: None)

    command, environment = frontend.npm_command()

    assert Path(command[0]).parent.name == "bin"
    assert Path(command[0]).exists()
    assert environment["PATH"].startswith(str(Path(command[0]).parent))


def test_every_served_package_is_pinned_to_one_version() -> None:
    wanted = json.loads((PROJECT / "package.json").read_text())
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]

    assert all(version[0].isdigit() for version in versions)


def test_served_files_point_to_no_source_map() -> None:
    served = [path for path in frontend.TARGET.rglob("*") if path.suffix in {".css", ".js"}]

    assert served
    assert [path for path in served if "sourceMappingURL" in path.read_text()] == []
