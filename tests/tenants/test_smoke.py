def test_world(acme):
    from platform_core.audit.models import AuditLine
    assert AuditLine.objects.count() == 0
