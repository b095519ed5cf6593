from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "shared_apps.pricing"
    label = "pricing"
    verbose_name = "Price waterfall"
    default_auto_field = "django.db.models.BigAutoField"
