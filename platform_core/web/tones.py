"""The one place that says which color a state word has, everywhere in the product."""

from __future__ import annotations

from typing import Final

TONES: Final = ("neutral", "info", "review", "move", "warn", "good", "bad")
"""What they say: quiet, on its way, second check, goods moving, someone must act, done, broken."""

_WORDS: Final[dict[str, str]] = {
    "neutral": (
        "saved draft voided void cancelled closed archived disabled inactive expired none read "
        "skipped released superseded"
    ),
    "info": (
        "submitted approved pushed open queued opened invited sent quoted new ready partial "
        "assigned scheduled imported"
    ),
    "review": "pending_finance pending_settlement requested disputed on_hold",
    "move": (
        "partly_shipped shipped packed received picking running building in_transit provisioning "
        "processing sending migrating"
    ),
    "warn": (
        "pending pending_review waiting unpaid trialing overdue low retrying goods warehouse "
        "stock price import address approval unread"
    ),
    "good": (
        "completed settled done active paid succeeded full awarded confirmed verified enabled "
        "delivered healthy"
    ),
    "bad": (
        "push_failed failed rejected suspended blocked locked refused bounced balance past_due "
        "revoked invalid shortage"
    ),
}

STATE_TONES: Final[dict[str, str]] = {word: tone for tone, words in _WORDS.items() for word in words.split()}


def tone_of(state: object) -> str:
    """Tone of a state word (an enum member or a text); an unknown word is `neutral`, never an error."""
    return STATE_TONES.get(str(getattr(state, "value", state)), "neutral")
