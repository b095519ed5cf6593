"""Simulations, under ``/simulations/``."""

from django.urls import path

from shared_apps.simulation import views

urlpatterns = [
    path("", views.simulations, name="simulations"),
    path("nouvelle/", views.simulation_new, name="simulation_new"),
    path("<int:pk>/", views.simulation, name="simulation"),
    path("<int:pk>/avance/", views.simulation_progress, name="simulation_progress"),
    path("<int:pk>/<slug:scope>/<slug:part>/", views.simulation_part, name="simulation_part"),
]
