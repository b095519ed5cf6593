"""What the shop's pages read, in few statements: a page stays within eight.

Whether something may be sold is decided by :mod:`tenant_apps.selection.queries`, what it costs by
:mod:`tenant_apps.orders.prices`; here it is only gathered.
"""
