"""Addresses in one piece: what is understood is spelled as the list does, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.address_text import regions_in
from platform_core.kernel.regions import cities_of, districts_of, listed_region_error, provinces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("浙江省杭州市西湖区文三路 1 号", ("浙江省", "杭州市", "西湖区")),
        ("浙江 杭州 西湖区 文三路1号", ("浙江省", "杭州市", "西湖区")),
        ("浙江省/杭州市/西湖区", ("浙江省", "杭州市", "西湖区")),
        ("中国浙江省杭州市文三路1号", ("浙江省", "杭州市", "")),
        ("杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区")),
        ("浙江省义乌市稠城街道", ("浙江省", "金华市", "义乌市")),
        ("北京市朝阳区建国路1号", ("北京", "北京市", "朝阳区")),
        ("北京北京市朝阳区", ("北京", "北京市", "朝阳区")),
        ("北京 朝阳区", ("北京", "北京市", "朝阳区")),
        ("上海", ("上海", "上海市", "")),
        ("吉林市昌邑区", ("吉林省", "吉林市", "昌邑区")),
        ("吉林省吉林市昌邑区", ("吉林省", "吉林市", "昌邑区")),
        ("内蒙古呼和浩特市新城区", ("内蒙古自治区", "呼和浩特市", "新城区")),
        ("广西南宁市", ("广西壮族自治区", "南宁市", "")),
        ("海南省海口市", ("海南省", "海口市", "")),
        ("广东省", ("广东省", "", "")),
        ("朝阳区建国路1号", ("", "", "")),
        ("北京路1号", ("", "", "")),
        ("南京西路1号", ("", "", "")),
        ("杭州", ("浙江省", "杭州市", "")),
        ("台州路桥区", ("浙江省", "台州市", "路桥区")),
        ("12 Harbor Road", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_what_an_address_begins_with(text: str, found: tuple[str, str, str]) -> None:
    assert regions_in(text) == found


@given(st.data(), st.sampled_from(["", " ", "，"]), st.text(max_size=5))
def test_every_place_of_the_list_is_found_again(data: st.DataObject, gap: str, street: str) -> None:
    province = data.draw(st.sampled_from([one for one in provinces() if cities_of(one)]))
    city = data.draw(st.sampled_from(cities_of(province)))
    district = data.draw(st.sampled_from(["", *districts_of(province, city)]))

    found = regions_in(gap.join([province, city, district, "1" + street]))

    assert found == (province, city, district)
    assert listed_region_error(*found) is None
