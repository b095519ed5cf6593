"""Webhooks of payment providers; served on the operator's host and the bare address."""

from django.urls import path

from tenant_apps.payments.webhooks import stripe_webhook

urlpatterns = [path("stripe/", stripe_webhook, name="stripe_webhook")]
