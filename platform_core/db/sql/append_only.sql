-- Refuses every change of a row that is evidence. Raw SQL and a superuser's shell meet it too.
CREATE OR REPLACE FUNCTION ext.dd_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'DD409';
END
$$;
