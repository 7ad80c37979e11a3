-- A debit may not bring the available amount below 0: for raw SQL and a superuser's shell too.
-- A CHECK cannot do it: it sees no time, and it would forbid to lower a limit that is in use.
-- An ended or lowered credit leaves the debt as it is and only blocks what would deepen it.
CREATE OR REPLACE FUNCTION ext.dd_wallet_floor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  credit bigint := 0;
  available bigint;
BEGIN
  IF NEW.kind = 'dealer' AND NEW.balance_minor - NEW.frozen_minor < OLD.balance_minor - OLD.frozen_minor THEN
    -- dd_now() and not now(): the lock may have been waited for past the end of the credit.
    IF NEW.credit_until IS NULL OR NEW.credit_until > ext.dd_now() THEN
      credit := NEW.credit_limit_minor;
    END IF;
    available := OLD.balance_minor - OLD.frozen_minor + credit;
    IF NEW.balance_minor - NEW.frozen_minor + credit < 0 THEN
      RAISE EXCEPTION 'insufficient balance' USING ERRCODE = 'DD402',
        DETAIL = jsonb_build_object(
          'missing', -(NEW.balance_minor - NEW.frozen_minor + credit), 'available', available)::text;
    END IF;
  END IF;
  RETURN NEW;
END
$$;
