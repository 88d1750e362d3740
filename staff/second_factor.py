"""The second factor: codes of an app (TOTP), and recovery codes for the day the telephone is lost."""

import re

import segno
from axes.utils import reset as reset_lock
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp import devices_for_user, verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10


def enrolled(user) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def picture(device: TOTPDevice) -> SafeString:
    """The address that the app reads, drawn here as SVG without styles of its own."""
    code = segno.make(device.config_url, error="m")
    drawn = code.svg_inline(border=4, omitsize=True, light="#fff", svgclass="qr", lineclass=None, title=None)
    return mark_safe(drawn)  # noqa: S308 – drawn by segno, no text of anybody in it


@transaction.atomic
def enrol(user, key: str, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Keeps the key (hex) if the code proves that the app has it: the device and its recovery codes.

    None if the code is wrong, or if the account has a second factor by now.
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if enrolled(user) or not code.isdecimal():
        return None
    device = TOTPDevice(user=user, key=key, name="app")
    if not TOTP(device.bin_key).verify(int(code), tolerance=device.tolerance):
        return None
    device.save()
    device.verify_token(code)  # so that the same code cannot be used once more
    return device, new_recovery_codes(user)


def verify(user, code: str):
    """The device that takes the code, or None: wrong, used before, or too soon after a wrong one (throttled)."""
    kind = TOTPDevice if code.isdecimal() else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    return verify_token(user, device.persistent_id, code) if device else None


def normal(code: str) -> str:
    """Without the spaces and hyphens that make a code readable."""
    return re.sub(r"[\s-]", "", code).lower()


@transaction.atomic
def new_recovery_codes(user) -> list[str]:
    """Ten codes, each good for one entry, as people read them. Those there were are void."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def recovery_codes_left(user) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def take_off(user) -> None:
    """The account sets up a new one at its next entry. Whoever is inside with the old one is asked again."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()


def unlock(user) -> None:
    """Forgets the wrong passwords."""
    reset_lock(username=user.get_username())
