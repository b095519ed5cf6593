"""The Django project: settings, URL maps per kind of host, Celery, WSGI, health."""

from saas.celery import app as celery_app

__all__ = ["celery_app"]
