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
    # What finance granted less, pieces by code.
    cut: dict[str, int] = field(default_factory=dict)
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
    def started(self) -> str | None:
        """Why what is packed does not go back."""
        return "stock_out_started" if self.packed else None

    def grant(self, code: str, pieces: int) -> int:
        """Lower a line; what the wallet gets back."""
        self.cut = {code: self.lines[code] - pieces}
        self.lines = {**self.lines, code: pieces}
        back = PRICE * self.cut[code]
        self.goods -= back
        return back

    def restore(self) -> int:
        """The lines as they were before finance granted less of them; what the wallet pays again."""
        pieces = {code: count for code, count in self.cut.items() if code in self.lines}
        self.lines = {code: count + pieces.get(code, 0) for code, count in self.lines.items()}
        self.cut = {}
        self.goods += PRICE * sum(pieces.values())
        return PRICE * sum(pieces.values())

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

    def given_back(self, order: Known, state: str) -> None:
        """Everything charged returns; amounts as before the finance review."""
        self.balance += order.charged
        order.state, order.charged, order.adjusted, order.goods_adjusted = state, 0, 0, 0
        order.is_financed = False
        order.restore()

    def back_to_finance(self, order: Known) -> str | None:
        """Why an order does not go back to finance: packed, or what it gave up cannot be had again."""
        if order.is_packed:
            return "stock_out_started"
        if any(code in order.lines and count > self.free(code) for code, count in order.cut.items()):
            return "out_of_stock"
        due = PRICE * sum(count for code, count in order.cut.items() if code in order.lines)
        return "insufficient_balance" if due - order.adjusted > self.balance else None

    def free(self, code: str) -> int:
        return max(self.on_hand[code] - self.reserved(code), 0)

    def reserved(self, code: str) -> int:
        held = {"pending_finance", "approved"}
        return sum(o.lines.get(code, 0) for o in self.orders if o.state in held)

    def short(self, lines: dict[str, int]) -> bool:
        return any(q > self.free(code) for code, q in lines.items())

    @staticmethod
    def amounts(lines: dict[str, int]) -> tuple[int, int]:
        """8.00 a piece of 1.5 kg; 6.00 for the first kg and 1.00 for each further one, to the cent."""
        pieces = sum(lines.values())
        return PRICE * pieces, 600 + max(150 * pieces - 100, 0)
