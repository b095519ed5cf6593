"""Days in words: French counts the first of a month and no other day."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation

from saas.day_words import day_words


@pytest.mark.parametrize(
    ("language", "day", "pattern", "written"),
    [
        ("fr", date(2027, 12, 1), "j F", "1er décembre"),
        ("fr", date(2027, 12, 1), "l j F Y", "mercredi 1er décembre 2027"),
        ("fr", date(2027, 12, 2), "j F", "2 décembre"),
        ("fr", date(2027, 12, 11), "j F Y", "11 décembre 2027"),
        ("fr", date(2027, 12, 21), "j F", "21 décembre"),
        ("fr", date(2027, 12, 1), "DATE_FORMAT", "1er décembre 2027"),
        ("fr", date(2027, 12, 1), "SHORT_DATE_FORMAT", "01/12/2027"),
        (
            "fr",
            datetime(2027, 11, 30, 23, 30, tzinfo=UTC),
            "j F Y, H:i",
            "1er décembre 2027, 00:30",
        ),
        ("en", date(2027, 12, 1), "j F", "1 December"),
        ("fr", None, "j F", ""),
    ],
)
def test_a_day_is_written_as_people_write_it(language, day, pattern, written):
    with translation.override(language):
        assert day_words(day, pattern) == written


def test_every_template_has_the_filter_without_loading_it():
    template = engines["django"].from_string('{{ day|day_words:"j F" }}')
    with translation.override("fr"):
        assert template.render({"day": date(2027, 7, 1)}) == "1er juillet"
