from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "shared_apps.simulation"
    label = "simulation"
    verbose_name = "Simulation of commissions"
    default_auto_field = "django.db.models.BigAutoField"
