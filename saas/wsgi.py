"""The WSGI entry point: ``gunicorn saas.wsgi:application``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
application = get_wsgi_application()

# A request makes tens of thousands of short-lived objects and almost no cycles: by default the
# collector walks everything Django has loaded several times a request. What is loaded now stays
# for the life of the process, so it is set aside, and new objects are walked more rarely.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
