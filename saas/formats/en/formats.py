"""English as it is written in Europe: the day first and 24 hours, as in every list and in French.

Django's English is American. A page that said 11/12/2026 for the 12th of November beside a list
that says it for the 11th of December would send people on the wrong day.
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
FIRST_DAY_OF_WEEK = 1
