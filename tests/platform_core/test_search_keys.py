"""Search and sort keys: what people type finds what stands in the books."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.search_keys import fold, initials, pinyin, search_key, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Café  Ｚoë\u3000", "cafe zoe"),
        ("STRAßE", "strasse"),
        ("Ærø Łódź", "aero lodz"),
        ("½ ㎏", "1/2 kg"),
        ("한글", "한글"),
        ("", ""),
    ],
)
def test_folding_forgets_case_width_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "spoken", "first_letters"),
    [
        ("农夫山泉", "nongfushanquan", "nfsq"),
        ("重庆火锅底料", "chongqinghuoguodiliao", "cqhgdl"),
        ("长城干红", "changchengganhong", "ccgh"),
        ("绿箭", "lvjian", "lj"),
        ("可口可乐 330ＭＬ", "kekoukele 330ml", "kkkl 330ml"),
        ("Coca-Cola 可口可乐", "coca-cola kekoukele", "coca-cola kkkl"),
        ("Plain", "plain", "plain"),
    ],
)
def test_chinese_is_read_aloud(text: str, spoken: str, first_letters: str) -> None:
    assert (pinyin(text), initials(text)) == (spoken, first_letters)


def test_the_search_column_holds_every_spelling_once() -> None:
    assert search_key("农夫山泉", "NF-01", "", "农夫山泉") == "农夫山泉 nf-01 nongfushanquan nfsq"
    assert search_key("Tea", "ＴＥＡ") == "tea"
    assert search_key() == ""


@pytest.mark.parametrize("typed", ["农夫", "NONGFU", "nfsq", "５５０"])
def test_what_a_person_types_is_found(typed: str) -> None:
    assert fold(typed) in search_key("农夫山泉 550ml")


def test_names_sort_by_pinyin_syllables_and_numbers_by_size() -> None:
    names = ["西安", "鲜橙", "百岁山 10L", "百岁山 9L", "背景", "北京", "apple", "2 way", "10 way"]

    ordered = sorted(names, key=sort_key)

    assert ordered == ["2 way", "10 way", "apple", "百岁山 9L", "百岁山 10L", "北京", "背景", "西安", "鲜橙"]


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_keys(text: str) -> None:
    assert search_key(text).startswith(fold(text))
    assert fold(text) in sort_key(text) or any(char.isdigit() for char in fold(text))
