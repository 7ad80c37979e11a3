"""What the books of stock must always say."""

from __future__ import annotations

from collections.abc import Mapping


def reconciliation() -> Mapping[str, str]:
    """What must be 0: a sentence, and the statement that counts what contradicts it."""
    return _CHECKS


_CHECKS: Mapping[str, str] = {
    "stock rows that do not follow from their movements": """
      SELECT count(*) FROM inventory_stock s LEFT JOIN
        (SELECT stock_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
           FROM stock_movement GROUP BY 1) m ON m.stock_id = s.id
      WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0)
    """,
    "movements that do not follow from the one before": """
      SELECT count(*) FROM (
        SELECT on_hand_after - on_hand_delta - coalesce(lag(on_hand_after) OVER w, 0) AS on_hand_gap,
               reserved_after - reserved_delta - coalesce(lag(reserved_after) OVER w, 0) AS reserved_gap
        FROM stock_movement WINDOW w AS (PARTITION BY stock_id ORDER BY id)) chain
      WHERE on_hand_gap <> 0 OR reserved_gap <> 0
    """,
    "stock rows whose reserved number is not the sum of active reservations": """
      SELECT count(*) FROM inventory_stock s LEFT JOIN
        (SELECT stock_id, sum(quantity) AS held FROM inventory_reservation
          WHERE state = 'active' GROUP BY 1) r ON r.stock_id = s.id
      WHERE s.reserved <> coalesce(r.held, 0)
    """,
    "stock-out lines that shipped something else than was taken from stock": """
      SELECT count(*) FROM inventory_stockoutline l JOIN inventory_stockout o ON o.id = l.stock_out_id
        LEFT JOIN (SELECT source_kind, source_id, source_line_id, sum(quantity) AS taken
          FROM inventory_reservation WHERE state = 'consumed' GROUP BY 1, 2, 3) r
        ON (r.source_kind, r.source_id, r.source_line_id) = (o.source_kind, o.source_id, l.source_line_id)
      WHERE o.state <> 'void' AND l.shipped <> coalesce(r.taken, 0)
    """,
    "finished stock-outs whose source still holds stock": """
      SELECT count(*) FROM inventory_stockout o WHERE o.state = 'done' AND EXISTS (
        SELECT 1 FROM inventory_reservation r WHERE r.state = 'active'
          AND (r.source_kind, r.source_id) = (o.source_kind, o.source_id))
    """,
    "stock rows that are not what their last movement left": """
      SELECT count(*) FROM inventory_stock s LEFT JOIN LATERAL
        (SELECT on_hand_after, reserved_after FROM stock_movement m WHERE m.stock_id = s.id
          ORDER BY m.at DESC, m.id DESC LIMIT 1) last ON true
      WHERE (s.on_hand, s.reserved) <> (coalesce(last.on_hand_after, 0), coalesce(last.reserved_after, 0))
    """,
    "posted stock takes that moved something else than they found": """
      SELECT count(*) FROM inventory_stocktake t
        LEFT JOIN (SELECT stock_take_id, sum(counted - expected) AS found FROM inventory_stocktakeline
          WHERE counted IS NOT NULL GROUP BY 1) l ON l.stock_take_id = t.id
        LEFT JOIN (SELECT source_id, sum(on_hand_delta) AS moved FROM stock_movement
          WHERE source_kind = 'stock_take' GROUP BY 1) m ON m.source_id = t.id
      WHERE coalesce(m.moved, 0) <> CASE t.state WHEN 'posted' THEN coalesce(l.found, 0) ELSE 0 END
    """,
    "stock transfers whose goods left or arrived in another quantity": """
      SELECT count(*) FROM inventory_stocktransfer t
        LEFT JOIN (SELECT transfer_id, sum(quantity) AS sent, sum(received) AS received
          FROM inventory_stocktransferline GROUP BY 1) l ON l.transfer_id = t.id
        LEFT JOIN (SELECT source_id,
            -sum(on_hand_delta) FILTER (WHERE kind = 'transfer_out') AS sent,
            sum(on_hand_delta) FILTER (WHERE kind = 'transfer_in') AS received,
            sum(on_hand_delta) FILTER (WHERE kind = 'brought_back') AS back
          FROM stock_movement WHERE source_kind = 'stock_transfer' GROUP BY 1) m ON m.source_id = t.id
      WHERE coalesce(m.sent, 0) <> CASE WHEN t.sent_at IS NULL THEN 0 ELSE l.sent END
        OR coalesce(m.received, 0) <> coalesce(l.received, 0)
        OR coalesce(m.back, 0) <> CASE t.state WHEN 'returned' THEN l.sent ELSE 0 END
    """,
}
