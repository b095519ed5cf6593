"""One double for all tests of this folder, emptied before each; a gateway and a receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from moneyed import Money

from tenant_apps.payments.gateway import CheckoutSession, StripeGateway
from tests.doors.stripe_double.servers import (
    API_KEY,
    Double,
    Receiver,
    running_double,
    running_receiver,
)

SECRET = "whsec_platform"
AGENCY = "acct_alpes"
_keys = count(1)


@pytest.fixture(scope="session")
def shared_double() -> Iterator[Double]:
    with running_double("--merchant", "TNP Voyages", "--account", f"{AGENCY}=Alpes Réceptif") as it:
        yield it


@pytest.fixture(scope="session")
def shared_receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def double(shared_double: Double) -> Double:
    """A double with no objects, no webhook endpoint and quick retries."""
    shared_double.control("config", webhooks=[], retry_delays=[0.05, 0.05], parallel=1)
    shared_double.control("reset")
    return shared_double


@pytest.fixture
def receiver(double: Double, shared_receiver: Receiver) -> Receiver:
    """The shop's webhook endpoint, listening to the platform and to connected accounts."""
    shared_receiver.all_now()
    double.control("config", webhooks=[{"url": shared_receiver.url, "secret": SECRET}])
    return shared_receiver


@pytest.fixture
def gateway(double: Double) -> StripeGateway:
    return StripeGateway(API_KEY, SECRET, base_url=double.url, max_network_retries=0)


@pytest.fixture
def key() -> Callable[[], str]:
    """A new idempotency key, as a caller would have stored it before calling."""
    return lambda: f"payment-operation-{next(_keys)}"


@pytest.fixture
def opened(gateway: StripeGateway, key: Callable[[], str]) -> Callable[..., CheckoutSession]:
    """Open a session of 120.50 EUR; any argument of ``checkout_create`` may be replaced."""

    def open_session(**changes: object) -> CheckoutSession:
        wanted: dict[str, object] = {
            "amount": Money("120.50", "EUR"),
            "reference": "CMD-0001",
            "success_url": "http://shop.localhost/paid?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.localhost/cart",
            "idempotency_key": key(),
        }
        return gateway.checkout_create(**(wanted | changes))  # type: ignore[arg-type]

    return open_session
