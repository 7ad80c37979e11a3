from dataclasses import replace
def test_cast(olga, sam, dora, xavier, nil, as_olga, as_sam, as_dora, as_xavier, as_nil, anonymous, rival_olga, dealer, django_assert_num_queries):
    print(olga, sam, dora)
    assert as_olga.get("/").status_code == 200
    r = as_dora.get("/")
    assert r.status_code == 200 and b"portal" in r.content
    assert rival_olga.get("/").status_code == 200
    assert as_nil.get("/").status_code == 302
    assert anonymous.get("/").status_code == 302
