"""What the pure engines say when they refuse an input.

A refusal has a code, which programs compare and which never changes once released, and a message,
which a person reads. There is one class per engine because their callers differ: a shop shows a
price refusal to a traveller's seller, a commission refusal to whoever edits the rules.

Nothing else may leave the engines for bad input: a ``decimal.InvalidOperation`` or a ``KeyError``
that escapes is a defect here, not a mistake of the caller.
"""


class InputError(ValueError):
    """Input refused, and why.

    :param code: stable machine word in snake case, for instance ``negative_quantity``.
    :param message: one English sentence that names the field and shows the value.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.message!r})"


class PriceError(InputError):
    """A price that cannot be computed, or a waterfall that does not add up."""
