"""Terms written in simple Markdown are read into sections; no sign of it is printed."""

import pytest

from tenant_apps.shop.assemble.documents import bare, sections_of


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The **whole price** is due.", "The whole price is due."),
        ("*Acompte* and _arrhes_ differ.", "Acompte and arrhes differ."),
        ("__Never__ after.", "Never after."),
        ("3 * 4 * 5 and snake_case_name", "3 * 4 * 5 and snake_case_name"),
        ("**L5** *and* **L6**", "L5 and L6"),
    ],
)
def test_emphasis_is_read_and_not_printed(text, read):
    assert bare(text) == read


def test_a_list_right_after_its_sentence_is_a_list():
    (section,) = sections_of("# **Fees**\n\nYou pay:\n- *nothing* before\n* all after")
    assert section.title == "Fees"
    assert section.paragraphs == ("You pay:",)
    assert section.items == ("nothing before", "all after")
