"""The database itself keeps the floor of wallets and the bounds of refunds."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER wallet_floor BEFORE UPDATE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ext.dd_wallet_floor();
CREATE TRIGGER refund_guard BEFORE INSERT ON ledger_transfer
  FOR EACH ROW WHEN (NEW.refunds_id IS NOT NULL) EXECUTE FUNCTION ext.dd_refund_guard();
ALTER TABLE ledger_account SET (fillfactor = 50);
REVOKE DELETE, TRUNCATE ON ledger_account FROM dd_app;
"""
WITHOUT = """
GRANT DELETE ON ledger_account TO dd_app;
ALTER TABLE ledger_account RESET (fillfactor);
DROP TRIGGER refund_guard ON ledger_transfer;
DROP TRIGGER wallet_floor ON ledger_account;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(GUARDS, WITHOUT)]
