from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from staff import second_factor
from staff.log import record
from staff.models import What


class Command(BaseCommand):
    help = "For who has lost both telephone and recovery codes: a new second factor is set up at the next entry."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account called {username}.")
        second_factor.take_off(user)
        second_factor.unlock(user)
        record(What.FACTOR_RESET, who=username, about="manage.py reset_second_factor")
        self.stdout.write(f"{username} sets up a new second factor at the next entry. Give a new password as well.")
