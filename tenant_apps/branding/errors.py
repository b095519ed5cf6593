"""What the brand refuses, in a sentence for the person at the form."""


class BrandRefused(ValueError):
    """Nothing was written. ``code`` is stable; ``field`` names the form field or is empty."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        self.code, self.message, self.field = code, message, field
        super().__init__(message)
