"""Doors of the agency's office, one module per task."""
