"""Why something about a statement was not done."""


class StatementRefused(ValueError):
    """Nothing was written; ``code`` is for programs, ``message`` says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)
