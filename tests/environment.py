"""Loaded first (``-p tests.environment``): the environment must stand before Django reads it."""

import os

from tests.database import TEST_ENVIRONMENT

os.environ.update(TEST_ENVIRONMENT)
