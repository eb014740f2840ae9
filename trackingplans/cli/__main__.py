"""`python -m trackingplans.cli`."""

from trackingplans.cli.main import run

run()
