"""A seeder that never ends: the place where a provisioner is killed."""

import time


def seed(facts):
    """Sleep inside the transaction of the supplier's first rows."""
    time.sleep(600)
