"""The WSGI entry point of the yardstick; the settings module is in the environment."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
