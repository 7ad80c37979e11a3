"""What the state machine of orders expects: wallet, stock, raw orders and orders in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field

CODES = ("A-1", "A-2")
PRICE, FEE = 800, 50
# What marks a raw order that was refused for this.
MARKS = {"dealer_disabled": "import", "invalid": "stock", "insufficient_balance": "balance"}


@dataclass
class Known:
    """What the model knows of an order; amounts in minor units."""

    row: int
    lines: dict[str, int]
    state: str = "pending_review"
    goods: int = 0
    freight: int = 0
    adjusted: int = 0
    goods_adjusted: int = 0
    charged: int = 0
    is_financed: bool = False
    packed: str = ""

    @property
    def is_packed(self) -> bool:
        """Whether a line is packed: `packed` is its code."""
        return bool(self.packed)

    @property
    def total(self) -> int:
        return self.goods + self.freight + FEE + self.adjusted


@dataclass
class KnownRaw:
    """What the model knows of a raw order: its marks while it waits."""

    row: int
    lines: dict[str, int]
    state: str = "pending"
    marks: list[str] = field(default_factory=list)


@dataclass
class Model:
    """Wallet, stock and orders in plain Python, with the rules as decisions.md says them."""

    balance: int = 60_000
    on_hand: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CODES, 60))
    orders: list[Known] = field(default_factory=list)
    raws: list[KnownRaw] = field(default_factory=list)
    finance_review: bool = True
    is_enabled: bool = True

    def reserved(self, code: str) -> int:
        held = {"pending_finance", "approved"}
        return sum(o.lines.get(code, 0) for o in self.orders if o.state in held)

    def short(self, lines: dict[str, int]) -> bool:
        return any(q > max(self.on_hand[code] - self.reserved(code), 0) for code, q in lines.items())

    @staticmethod
    def amounts(lines: dict[str, int]) -> tuple[int, int]:
        """8.00 a piece of 1.5 kg; 6.00 for the first kg and 1.00 for each further one, to the cent."""
        pieces = sum(lines.values())
        return PRICE * pieces, 600 + max(150 * pieces - 100, 0)
