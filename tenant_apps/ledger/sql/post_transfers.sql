-- Posts several transfers under one operation in one call: everything between the lock of a wallet
-- and the commit happens on the server (measured five times the throughput of single statements).
--
-- `postings` is a list of {id, kind, from, to, amount, currency, refunds, source_kind, source_id,
-- source_number, line, note}; `from` and `to` are codes of accounts, `refunds` the row id of the
-- transfer that is given back, or null. Wallets are locked ascending by id before anything is
-- written: inserting the transfers first would share-lock them and deadlock with the next caller.
--
-- Tables are unqualified and follow the caller's search path; no %ROWTYPE, which would freeze the
-- column order of the first schema that called.
CREATE OR REPLACE FUNCTION ext.dd_post_transfers(operation uuid, postings jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  public_ids text[] := ARRAY(SELECT p->>'id' FROM jsonb_array_elements(postings) p);
  codes text[] := ARRAY(SELECT p->>'from' FROM jsonb_array_elements(postings) p
                        UNION SELECT p->>'to' FROM jsonb_array_elements(postings) p);
  unknown record;
  instant timestamptz;
BEGIN
  PERFORM 1 FROM ledger_account a
    WHERE a.code = ANY (codes) AND a.kind = 'dealer' ORDER BY a.id FOR NO KEY UPDATE;
  instant := ext.dd_now();

  SELECT p->>'from' AS origin, p->>'to' AS goal INTO unknown
    FROM jsonb_array_elements(postings) p
    LEFT JOIN ledger_account f ON f.code = p->>'from' AND f.currency = p->>'currency'
    LEFT JOIN ledger_account t ON t.code = p->>'to' AND t.currency = p->>'currency'
    WHERE f.id IS NULL OR t.id IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'no accounts % and % in this currency', unknown.origin, unknown.goal
      USING ERRCODE = 'DD404';
  END IF;

  INSERT INTO ledger_transfer (public_id, operation_id, kind, from_account_id, to_account_id,
      amount_minor, refunds_id, source_kind, source_id, source_number, source_line, note, created_at)
    SELECT p.posting->>'id', operation, p.posting->>'kind', f.id, t.id,
      (p.posting->>'amount')::bigint, (p.posting->>'refunds')::bigint,
      p.posting->>'source_kind', (p.posting->>'source_id')::bigint, p.posting->>'source_number',
      (p.posting->>'line')::bigint, p.posting->>'note', instant
    FROM jsonb_array_elements(postings) WITH ORDINALITY AS p (posting, place)
    JOIN ledger_account f ON f.code = p.posting->>'from'
    JOIN ledger_account t ON t.code = p.posting->>'to'
    ORDER BY p.place;

  UPDATE ledger_account a SET balance_minor = a.balance_minor + moved.amount, seq = a.seq + moved.lines
    FROM (SELECT leg.account, sum(leg.amount) AS amount, count(*) AS lines
            FROM ledger_transfer t
            CROSS JOIN LATERAL (VALUES (t.from_account_id, -t.amount_minor),
                                       (t.to_account_id, t.amount_minor)) leg (account, amount)
            WHERE t.public_id = ANY (public_ids) GROUP BY leg.account) moved
    WHERE a.id = moved.account AND a.kind = 'dealer';

  -- The account holds the final numbers by now: each entry counts back from them.
  INSERT INTO ledger_entry (account_id, seq, transfer_id, amount_minor, balance_after_minor, created_at)
    SELECT a.id,
      a.seq - count(*) OVER whole + row_number() OVER so_far,
      t.id, leg.amount,
      a.balance_minor - sum(leg.amount) OVER whole + sum(leg.amount) OVER so_far,
      instant
    FROM ledger_transfer t
    CROSS JOIN LATERAL (VALUES (t.from_account_id, -t.amount_minor),
                               (t.to_account_id, t.amount_minor)) leg (account, amount)
    JOIN ledger_account a ON a.id = leg.account AND a.kind = 'dealer'
    WHERE t.public_id = ANY (public_ids)
    WINDOW whole AS (PARTITION BY a.id),
           so_far AS (PARTITION BY a.id ORDER BY t.id ROWS UNBOUNDED PRECEDING);
END
$$;
