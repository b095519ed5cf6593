"""Refusals of sub-commissions, in words."""


class SharingRefused(ValueError):
    """The verb was not done; ``message`` says why in a sentence."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)
