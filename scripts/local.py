"""Runs Pathway on this machine alone: its settings, its database, its server. What `make run` and `make staff` call.

    python scripts/local.py serve          prepare everything that is missing, then serve
    python scripts/local.py manage ...     any management command, with the same settings

Keeps everything under .local/ (the database, a secret key made on first use). Production sets its own environment instead;
see docs/deploy.md.
"""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"


def settle_environment() -> None:
    """Settings for this machine, where the caller has not set them."""
    LOCAL.mkdir(exist_ok=True)
    key = LOCAL / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(50))
    os.environ.setdefault("PATHWAY_SECRET_KEY", key.read_text())
    os.environ.setdefault("PATHWAY_ALLOWED_HOSTS", "localhost,127.0.0.1")
    os.environ.setdefault("PATHWAY_HTTPS", "false")
    os.environ.setdefault("PATHWAY_RELEASE_FILE", str(LOCAL / "last-release"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))


def prepare() -> None:
    """From an empty directory to a site with content. Quick, and changes nothing, when done before."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_content")
    call_command("publish", first=True, by="make run", notes="The content that comes with the program.")
    prepare_files()


def prepare_files() -> None:
    """What the server reads from disk. Django must have been set up."""
    from django.core.management import call_command

    call_command("compile_translations")
    if static_files_are_stale():
        call_command("collectstatic", interactive=False, verbosity=0)


def static_files_are_stale() -> bool:
    """Whether anything is newer than what was last collected and compressed, which takes longer than all the rest."""
    collected = ROOT / "staticfiles" / "staticfiles.json"
    sources = [*(ROOT / "static").rglob("*"), ROOT / "constraints.txt"]
    return not collected.exists() or any(path.stat().st_mtime > collected.stat().st_mtime for path in sources)


def server_settings() -> dict[str, str]:
    """How the server is set, as in production."""
    lines = (ROOT / "deploy" / "granian.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def serve() -> None:
    port = os.environ.get("PORT", "8000")
    prepare()
    print(
        f"\nPathway is at http://127.0.0.1:{port}/   (stop with Ctrl-C)\n"
        f"Staff edit the content at http://127.0.0.1:{port}/admin/ – make an account with: make staff\n",
        flush=True,
    )
    server = Path(sys.executable).with_name("granian")
    os.environ.update(server_settings())
    os.execv(  # noqa: S606 – the same server and arguments as in production
        server,
        [
            str(server),
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "config.wsgi:application",
        ],
    )


if __name__ == "__main__":
    settle_environment()
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["manage", *arguments]:
            from django.core.management import execute_from_command_line

            execute_from_command_line(["manage.py", *arguments])
        case _:
            sys.exit(__doc__)
