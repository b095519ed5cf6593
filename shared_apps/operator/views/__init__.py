"""Doors of the operator console, one module per task."""
