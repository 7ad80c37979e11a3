-- The one clock of SQL: the staged instant of tests and the demo, else the real time.
-- clock_timestamp(), not now(): a row lock may have been waited for since the transaction began.
CREATE OR REPLACE FUNCTION ext.dd_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('dealerdesk.now', true), '')::timestamptz, clock_timestamp())
$$;
