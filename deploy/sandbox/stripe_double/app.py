"""The double put together: the API, the payment page, the controls, and two background tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette

from deploy.sandbox.stripe_double.api import Api
from deploy.sandbox.stripe_double.control import Control
from deploy.sandbox.stripe_double.courier import Courier
from deploy.sandbox.stripe_double.pages import PaymentPages
from deploy.sandbox.stripe_double.sessions import sessions_expire_due
from deploy.sandbox.stripe_double.world import World

SWEEP_SECONDS: Final = 1.0
PRUNE_EVERY_SWEEPS: Final = 300


def build(world: World) -> Starlette:
    """The application around one world."""
    courier = Courier(world)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(courier.run()), asyncio.create_task(_sweep(world))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        world.store.close()

    routes = [
        *Api(world).routes(),
        *PaymentPages(world).routes(),
        *Control(world, courier).routes(),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _sweep(world: World) -> None:
    """Expire sessions on time, and now and then forget the oldest events."""
    sweeps = 0
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        sessions_expire_due(world)
        sweeps += 1
        if sweeps % PRUNE_EVERY_SWEEPS == 0:
            world.store.forget_old_events()
