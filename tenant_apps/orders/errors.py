"""What selling can refuse. ``code`` is stable for programs, ``message`` is for people."""


class OrderRefused(Exception):
    """A rule of selling said no; nothing was written."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
