"""Refusals of the people verbs, with a sentence for whoever asked."""


class IdentityRefused(ValueError):
    """The verb was not done. ``code`` is for programs, ``message`` for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)
