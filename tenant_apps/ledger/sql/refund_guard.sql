-- A refund goes back the way its transfer came, to the wallet that paid, and all refunds of a
-- transfer together never exceed it. The wallet is locked first, so that two refunds count each other.
CREATE OR REPLACE FUNCTION ext.dd_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  paid record;
  returned bigint;
BEGIN
  PERFORM 1 FROM ledger_account a
    WHERE a.id IN (NEW.from_account_id, NEW.to_account_id) AND a.kind = 'dealer'
    ORDER BY a.id FOR NO KEY UPDATE;
  SELECT t.from_account_id, t.to_account_id, t.amount_minor, t.refunds_id INTO paid
    FROM ledger_transfer t WHERE t.id = NEW.refunds_id;
  IF NOT FOUND OR paid.refunds_id IS NOT NULL
     OR NEW.to_account_id <> paid.from_account_id OR NEW.from_account_id <> paid.to_account_id THEN
    RAISE EXCEPTION 'a refund goes back to the wallet that paid' USING ERRCODE = 'DD410';
  END IF;
  SELECT coalesce(sum(t.amount_minor), 0) INTO returned
    FROM ledger_transfer t WHERE t.refunds_id = NEW.refunds_id;
  IF returned + NEW.amount_minor > paid.amount_minor THEN
    RAISE EXCEPTION 'refunds exceed the transfer' USING ERRCODE = 'DD411';
  END IF;
  RETURN NEW;
END
$$;
