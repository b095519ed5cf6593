"""The shape that ``price_waterfall`` and ``commission_resolve`` share: a file in, a list out.

A thin door: it reads a file, writes two streams and sets the exit status. What a case is and how
it is answered is decided in the pure modules.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_apps.pricing.casefile import Answer, cases_answer, cases_read
from shared_apps.pricing.errors import InputError


class CaseCommand(BaseCommand):
    """Answers a JSON list of cases with a JSON list, and needs no database.

    Malformed cases get a slot that names them and a line on the error stream; the exit status is
    then 1. A file that cannot be read as a list of cases is refused whole.
    """

    requires_system_checks = ()
    answer: Answer

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help="JSON list of cases, each bare or as {input, expected}",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        try:
            cases = cases_read(options["file"].read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['file']} is not UTF-8 text.") from error
        except InputError as error:
            raise CommandError(f"{options['file']}: {error.message}") from error
        answers = cases_answer(cases, self.answer)
        self.stdout.write(json.dumps(answers.slots, indent=2))
        for complaint in answers.complaints:
            self.stderr.write(complaint)
        if answers.complaints:
            malformed, asked = len(answers.complaints), len(cases)
            raise CommandError(f"{malformed} of {asked} cases could not be answered.")
