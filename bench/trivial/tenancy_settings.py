"""The product's settings with its tenancy and without the rest of its middleware."""

from saas.settings import *  # noqa: F403  (every setting, then four replaced)
from saas.settings import INSTALLED_APPS as ALL_APPS

# Sign-in insists on a middleware of its own, which the plain view does not have either.
INSTALLED_APPS = [app for app in ALL_APPS if not app.startswith("allauth")]
MIDDLEWARE = ["tenants.middleware.AgencyMiddleware"]
ROOT_URLCONF = "bench.trivial.view"
TRIVIAL_MODEL = "branding.Theme"
