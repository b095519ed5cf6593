"""Measurements of the product on one machine, against the targets of the requirements.

``make bench`` runs them all; ``python -m bench --only tenancy,fleet`` some of them. Everything
lives in ``var/bench``: an embedded PostgreSQL with production durability, a Valkey, a seeded
database that later runs find again.
"""
