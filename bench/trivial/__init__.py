"""The yardstick: a Django view of one query, plain and behind the tenancy of the product.

Both serve the same view on the same table with the same server and connection settings. The
plain one uses Django's own PostgreSQL backend and no middleware at all; the other adds what
tenancy costs and nothing else: the middleware that resolves the host, the backend that sets
path and role, the router.
"""
