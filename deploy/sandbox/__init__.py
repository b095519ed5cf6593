"""What stands in for the outside world on one machine: servers, mail, payment.

Everything here serves `make demo` and the tests. Nothing of it is imported by the product, which
only ever sees addresses in environment variables; pointing those at real services is all it takes
to leave the sandbox (docs/run-anywhere.md).
"""
