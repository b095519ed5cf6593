"""Files under one prefix per schema, locally or on S3."""

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.db import connection
from storages.backends.s3 import S3Storage


def schema_path(name: str) -> str:
    """Prefix ``name`` with the current schema; a path that climbs out is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise SuspiciousFileOperation(f"Path outside the agency's folder: {name}")
    if path.parts and path.parts[0] == connection.schema_name:
        return str(path)
    return str(PurePosixPath(connection.schema_name) / path)


class AgencyFileStorage(FileSystemStorage):
    """Local files: ``MEDIA_ROOT/<schema>/…``."""

    def path(self, name: str) -> str:
        """Absolute path of a file of the current schema."""
        return super().path(schema_path(name))


class AgencyS3Storage(S3Storage):
    """S3 objects: ``<schema>/…`` in one bucket."""

    def _normalize_name(self, name: str) -> str:
        return super()._normalize_name(schema_path(name))
