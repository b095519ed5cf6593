"""What an audit entry kept, as its reader sees it."""

from django.utils.translation import override

from shared_apps.operator.templatetags.office import json_lines


def test_a_kept_group_of_values_is_shown_without_its_notation_or_its_empty_parts():
    shown = json_lines(
        {"terms": {"name": "Our rate", "percent": "16", "cap": None, "channels": []}}
    )
    assert (
        shown == '<div><span class="text-secondary">terms</span> name Our rate · percent 16</div>'
    )


def test_kept_lists_truths_and_nothing_are_said_in_words():
    with override("en"):
        shown = json_lines(
            {"accepted": ["terms 2026-1", "notice 2"], "late": False, "reason": None}
        )
    assert shown == (
        '<div><span class="text-secondary">accepted</span> terms 2026-1, notice 2</div>'
        '<div><span class="text-secondary">late</span> No</div>'
        '<div><span class="text-secondary">reason</span> —</div>'
    )


def test_what_was_kept_is_never_taken_for_markup():
    assert "<b>" not in json_lines({"intro": {"en": "<b>bold</b>"}})
