"""Start the double: ``python -m deploy.sandbox.stripe_double --port 12111 --state var/stripe``.

It prints one line, ``stripe double ready on http://…``, once it accepts connections; with ``--port
0`` that line is how the caller learns the port. It binds to the loopback address: the control door
has no password, so another address needs ``--expose`` as well.
"""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys
from pathlib import Path
from typing import Final

import uvicorn

from deploy.sandbox.stripe_double.app import build
from deploy.sandbox.stripe_double.control import BadOrder, accounts_read, endpoints_read
from deploy.sandbox.stripe_double.store import Store
from deploy.sandbox.stripe_double.world import Options, World

GRACE_SECONDS: Final = 3


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="stripe_double", description="A strict double of Stripe for demo and tests."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port", type=int, default=12111, help="port to listen on; 0 chooses a free one"
    )
    parser.add_argument(
        "--expose", action="store_true", help="allow an address that is not loopback"
    )
    parser.add_argument(
        "--state", type=Path, help="file or folder that survives a restart; memory when absent"
    )
    parser.add_argument("--public-url", help="how browsers reach the payment page")
    parser.add_argument(
        "--api-key", action="append", default=[], help="accepted secret key (sk_test_…), repeatable"
    )
    parser.add_argument(
        "--merchant", default="Sandbox merchant", help="the platform's name on the payment page"
    )
    parser.add_argument(
        "--webhook", action="append", default=[], metavar="URL=SECRET", help="endpoint, repeatable"
    )
    parser.add_argument(
        "--account", action="append", default=[], metavar="ID=NAME", help="connected account"
    )
    parser.add_argument(
        "--require-idempotency",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse a POST without Idempotency-Key",
    )
    return parser.parse_args(argv)


def world_from(options: argparse.Namespace, port: int) -> World:
    """The world these arguments describe; endpoints and accounts given here replace stored ones."""
    keys = tuple(options.api_key) or ("sk_test_double",)
    if any(not key.startswith("sk_test_") for key in keys):
        raise BadOrder("an API key of the double starts with sk_test_")
    world = World(
        Store(options.state),
        Options(
            api_keys=keys,
            merchant=options.merchant,
            public_url=(options.public_url or f"http://{options.host}:{port}").rstrip("/"),
            require_idempotency=options.require_idempotency,
        ),
    )
    if options.webhook:
        pairs = [given.rpartition("=") for given in options.webhook]
        endpoints = endpoints_read([{"url": url, "secret": secret} for url, _, secret in pairs])
        world.store.setting_put("webhooks", endpoints)
    if options.account:
        named = [given.partition("=") for given in options.account]
        world.store.setting_put(
            "accounts", accounts_read([{"id": key, "name": name} for key, _, name in named])
        )
    return world


def main(argv: list[str] | None = None) -> int:
    """Serve until stopped; 2 for a command line that makes no sense."""
    options = arguments(argv)
    if not options.expose and not _is_loopback(options.host):
        print(
            f"{options.host} is not a loopback address; add --expose if that is meant",
            file=sys.stderr,
        )
        return 2
    listener = socket.socket(
        socket.AF_INET6 if ":" in options.host else socket.AF_INET,
        socket.SOCK_STREAM,
        socket.IPPROTO_TCP,
    )
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
        port = listener.getsockname()[1]
        world = world_from(options, port)
    except (OSError, BadOrder) as error:
        print(f"stripe double: {error}", file=sys.stderr)
        return 2
    listener.listen(2048)
    print(f"stripe double ready on http://{options.host}:{port}", flush=True)
    config = uvicorn.Config(
        build(world), log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
