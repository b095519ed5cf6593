"""Django with nothing but a database: one schema, Django's own backend, no middleware."""

import environ

env = environ.Env()
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.trivial"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.trivial.view"
WSGI_APPLICATION = "bench.trivial.wsgi.application"
USE_TZ = True
TRIVIAL_MODEL = "trivial.Brand"
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=600,
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=True,
    OPTIONS={"options": "-c search_path=agency_bench_1,shared"},
)
