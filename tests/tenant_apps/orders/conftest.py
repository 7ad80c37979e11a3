"""A dealer that can order, in every test of orders."""

from __future__ import annotations

import pytest

from tests.factories import orders


@pytest.fixture
def trade(dealer) -> orders.Trade:
    """Dora's company with goods, stock, freight and 1,000.00 in its wallet."""
    return orders.trade(dealer)


@pytest.fixture
def order(trade, dora):
    """Two of A-1 at 8.00: goods 16.00, 3 kg, freight 8.00, total 24.00; waits for review."""
    return orders.place(dora, trade.wanted())
