"""Models in, presenters out: the only modules that know both sides.

Each takes rows that were already read (:mod:`tenant_apps.shop.queries`) and the language of the
request, and returns frozen presenters. Nothing here starts a query or decides a price.
"""
