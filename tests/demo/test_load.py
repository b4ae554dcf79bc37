"""The demo shows every state of the loop, and holds together."""
from __future__ import annotations
from tests.demo.conftest import AT

def test_it_loads(small_demo):
    pass
