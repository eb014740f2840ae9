from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from config import first_run


class Command(BaseCommand):
    help = "Make a workspace and its first admin, and print a link that signs them in once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--workspace", default=first_run.WORKSPACE, metavar="NAME")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']!r} is not an e-mail address") from None
        user, _workspace = first_run.create_admin(options["email"], options["workspace"])
        self.stdout.write(f"Sign in, once, within half an hour: {first_run.sign_in_url(user)}")
