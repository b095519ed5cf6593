"""Open a flux (folder or zip) and hand out its JSON documents, refusing what could hurt us.

A flux comes from outside. So: nothing is ever extracted to disk; a name that is absolute or climbs
with `..` is refused; so is a link that leads out of the folder; every file, the number of files and
the total are bounded, counted on the bytes actually read and not on what an archive's directory
claims. A refusal names the one file concerned and the others go on; only a flux that cannot be
opened at all raises `FluxError`.

What it does not catch: a path on a slow or vanishing disk, which raises OSError like any other
file.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Protocol

from .drafts import Unusable
from .jsonld import Json, Node, first_string

MAX_FILES = 600_000
MAX_OBJECT_BYTES = 4 * 1024 * 1024
MAX_INDEX_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 8 * 1024 * 1024 * 1024
MAX_RATIO = 250
"""A member that unpacks to more than this many times its packed size, beyond 1 MiB, is a bomb and
no description.
"""

_INDEX = "index.json"
_CONTEXT = "context.jsonld"


class FluxError(Exception):
    """The flux as a whole cannot be read: not there, neither folder nor zip, or its index is
    broken.
    """


class _Refused(Exception):
    """One file cannot be read; `code` and the message go into an `Unusable`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Store(Protocol):
    """A set of named files: what a folder and a zip have in common."""

    def names(self) -> list[str]: ...

    def read(self, name: str, limit: int) -> bytes: ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def names(self) -> list[str]:
        found = (path for path in self._root.rglob("*.json") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def read(self, name: str, limit: int) -> bytes:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            raise _Refused("unsafe_path", f"“{name}” leads out of the flux.")
        if not path.is_file():
            raise _Refused("file_missing", f"The file “{name}” is not in the flux.")
        with path.open("rb") as stream:
            return _bounded(stream.read(limit + 1), name, limit)


class _Archive:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        if len(self._members) > MAX_FILES:
            raise FluxError(
                f"The archive holds {len(self._members)} files; at most {MAX_FILES} are accepted."
            )

    def names(self) -> list[str]:
        return sorted(name for name in self._members if name.endswith(".json"))

    def read(self, name: str, limit: int) -> bytes:
        info = self._members.get(name)
        if info is None:
            raise _Refused("file_missing", f"The file “{name}” is not in the flux.")
        if info.flag_bits & 0x1:
            raise _Refused("file_encrypted", f"The file “{name}” is encrypted.")
        try:
            with self._archive.open(info) as stream:
                content = _bounded(stream.read(limit + 1), name, limit)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise _Refused(
                "file_damaged", f"The file “{name}” is damaged in the archive."
            ) from error
        if len(content) > 1024 * 1024 and len(content) > MAX_RATIO * max(info.compress_size, 1):
            raise _Refused(
                "file_too_large",
                f"The file “{name}” unpacks to more than {MAX_RATIO} times its size.",
            )
        return content


def read_documents(path: Path) -> Iterator[Node | Unusable]:
    """Every object of the flux as parsed JSON, in the order of its index, then what the index
    forgot.

    Raises FluxError when the path is neither a folder nor a zip, or the index cannot be read.
    """
    if path.is_dir():
        yield from _documents(_Folder(path))
    elif zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                yield from _documents(_Archive(archive))
        except zipfile.BadZipFile as error:
            raise FluxError(f"“{path.name}” is not a readable zip archive.") from error
    elif path.exists():
        raise FluxError(f"“{path.name}” is neither a folder nor a zip archive.")
    else:
        raise FluxError(f"There is nothing at “{path}”.")


def _documents(store: _Store) -> Iterator[Node | Unusable]:
    names = store.names()
    index = _index_name(names)
    prefix = index.removesuffix(_INDEX) if index is not None else ""
    listed: dict[str, None] = {}
    if index is not None:
        for entry in _index_entries(store, index):
            if isinstance(entry, Unusable):
                yield entry
            else:
                listed.setdefault(prefix + entry)
    forgotten = [
        name for name in names if name not in listed and name != index and _is_object_file(name)
    ]
    total = 0
    for name in [*listed, *forgotten]:
        try:
            content = _checked_read(store, name)
            total += len(content)
            if total > MAX_TOTAL_BYTES:
                raise FluxError(f"The flux unpacks to more than {MAX_TOTAL_BYTES} bytes.")
            yield from _objects_of(_parse(content, name), name)
        except _Refused as refusal:
            yield Unusable(name, refusal.code, str(refusal))


def _index_name(names: list[str]) -> str | None:
    candidates = [name for name in names if PurePosixPath(name).name == _INDEX]
    return min(candidates, key=lambda name: name.count("/"), default=None)


def _is_object_file(name: str) -> bool:
    return PurePosixPath(name).name not in {_INDEX, _CONTEXT} and "__MACOSX" not in name


def _index_entries(store: _Store, index: str) -> Iterator[str | Unusable]:
    try:
        content = _parse(store.read(index, MAX_INDEX_BYTES), index)
    except _Refused as refusal:
        raise FluxError(f"The index cannot be read: {refusal}") from refusal
    if not isinstance(content, list):
        raise FluxError("The index is not a list of objects.")
    for position, entry in enumerate(content, start=1):
        file = first_string(entry.get("file")) if isinstance(entry, dict) else ""
        if file:
            yield file
        else:
            yield Unusable(
                f"{index}#{position}",
                "index_entry_unreadable",
                f"Entry {position} of the index names no file.",
            )


def _checked_read(store: _Store, name: str) -> bytes:
    parts = PurePosixPath(name).parts
    if (
        "\\" in name
        or "\0" in name
        or ":" in name.partition("/")[0]
        or not parts
        or parts[0] == "/"
        or ".." in parts
    ):
        raise _Refused("unsafe_path", f"“{name}” is not a path inside the flux.")
    return store.read(name, MAX_OBJECT_BYTES)


def _bounded(content: bytes, name: str, limit: int) -> bytes:
    if len(content) > limit:
        raise _Refused("file_too_large", f"The file “{name}” is larger than {limit} bytes.")
    return content


def _parse(content: bytes, name: str) -> Json:
    try:
        parsed: Json = json.loads(
            content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise _Refused("json_malformed", f"The file “{name}” is not readable JSON.") from error
    return parsed


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


def _objects_of(content: Json, name: str) -> Iterator[Node | Unusable]:
    """The objects of a document: itself, or the entries of its list or `@graph` that are points of
    interest.
    """
    if isinstance(content, dict) and "@graph" in content:
        content = content["@graph"]
    entries = content if isinstance(content, list) else [content]
    for entry in entries:
        if isinstance(entry, dict):
            yield entry
        else:
            yield Unusable(name, "not_an_object", f"The file “{name}” holds no JSON object.")
