"""Releases: the registry of sections, publishing, activating and comparing. What a process holds of them: holding.py.

Knows no other app. Each app registers how to freeze its own tables into a section, and the shape to read it back as.
The document is canonical JSON (sorted keys, no spaces), so equal content has equal bytes and an equal sha256.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.dispatch import Signal
from django.utils import timezone

from .differences import NOTHING_PUBLISHED, Change, Published, Row, Rows, between, differences, reordered

happened = Signal()
"""Sent within the transaction when something becomes of a release. With `what` (one of staff.models.What: "published",
"activated", "signed", "scheduled" …), `release` (None where there is none yet), `by` (name of the account; empty if
unknown) and `about` (notes or reason)."""

FORMAT = 1
"""Raised when an older program could no longer read the document."""


class NoRelease(Exception):
    """Nothing has been published yet, so there is nothing the public could be shown."""


class UnreadableRelease(Exception):
    """The stored document is damaged, or was written by a newer version of Pathway."""


class ContentErrors(Exception):
    """The content has errors, so it was not published. `errors`: what is wrong, each a line for people."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


class NotWhatWasSigned(Exception):
    """What would be published, or what is public, is not what the reviewer had before them."""


class Checked(msgspec.Struct, frozen=True):
    """What a check found: errors stop a publication, `proof` is kept with the release."""

    errors: list[str]
    proof: dict[str, Any]


class Effects(msgspec.Struct, frozen=True):
    """What publishing would do for readers, for the page from which staff publish."""

    template: str
    context: dict[str, Any]
    errors: tuple[str, ...] = ()
    """Why publishing would be refused, a line for people each."""
    beside: dict[Row, str] = {}
    """Changed row → what is said beside it."""


class _Section(msgspec.Struct, frozen=True):
    freeze: Callable[[], Any]
    shape: type
    models: dict[str, str]
    told: dict[tuple[str, str], Callable[[Any, dict[str, Any]], str]]


_sections: dict[str, _Section] = {}
_checks: list[Callable[["Active"], Checked]] = []
_effects: list[Callable[["Active", "Active"], Effects]] = []


def register(
    name: str,
    *,
    freeze: Callable[[], Any],
    shape: type,
    models: dict[str, str],
    told: dict[tuple[str, str], Callable[[Any, dict[str, Any]], str]] | None = None,
) -> None:
    """Adds a section to every release: `freeze()` reads tables into a value of type `shape` (a msgspec Struct).

    `models`: the kinds of rows in it, and the model of the app called `name` that each comes from. `told`: how fields that
    do not tell themselves are put in words: (kind, field) → function of the field's JSON and of all sections.
    """
    _sections[name] = _Section(freeze=freeze, shape=shape, models=models, told=told or {})


def model_names() -> dict[tuple[str, str], str]:
    """(section, kind) → "app.Model" that rows of this kind come from."""
    return {(name, kind): f"{name}.{model}" for name, section in _sections.items() for kind, model in section.models.items()}


def told(section: str, kind: str, field: str) -> Callable[[Any, dict[str, Any]], str] | None:
    """How this field is put in words, where it does not tell itself."""
    return _sections[section].told.get((kind, field))


def register_check(check: Callable[["Active"], Checked]) -> None:
    """Has every publication checked by `check`, which is given the release as it would become."""
    _checks.append(check)


def register_effects(effects: Callable[["Active", "Active"], Effects]) -> None:
    """Has publishers told what a change does: `effects(public, draft)`."""
    _effects.append(effects)


class Active:
    """A release in memory: its sections as frozen typed values, and what has been derived from them so far.

    `past`: what this release and those it follows changed, newest first. The first of all changed nothing.
    `wrong`: why staff say that it must not be relied on; empty if they said nothing.
    """

    def __init__(
        self,
        *,
        number: int,
        published_at: datetime,
        sha256: str,
        sections: dict[str, Any],
        proof: dict[str, Any] | None = None,
        past: tuple["Published", ...] = (),
        wrong: str = "",
    ):
        self.wrong = wrong
        self.number = number
        self.past = past
        self.proof = proof or {}
        self.published_at = published_at
        self.sha256 = sha256
        self.sections = sections
        self._derived: dict[Callable, Any] = {}
        self._lock = threading.RLock()

    def derived(self, build: Callable[["Active"], Any]) -> Any:
        """`build(self)`, done once in the life of this release in this process."""
        if build not in self._derived:
            with self._lock:
                if build not in self._derived:
                    self._derived[build] = build(self)
        return self._derived[build]


def freeze() -> str:
    """The content of the tables as they are now, as the canonical JSON text of a release."""
    document = {"format": FORMAT, "sections": {name: section.freeze() for name, section in sorted(_sections.items())}}
    return msgspec.json.encode(document, order="sorted").decode()


def read(document: str) -> dict[str, Any]:
    """Section name → frozen value. Raises UnreadableRelease, saying what is wrong."""
    try:
        raw = msgspec.json.decode(document)
        if raw["format"] > FORMAT:
            raise UnreadableRelease(f"format {raw['format']} is newer than this program's format {FORMAT}")
        return {name: msgspec.convert(raw["sections"][name], section.shape) for name, section in _sections.items()}
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise UnreadableRelease(f"{type(error).__name__}: {error}") from error


def sha256_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def drafted(number: int = 0) -> tuple[str, Active]:
    """The document that publishing now would make, and the release as it would be read back from it."""
    now = timezone.now()
    document = freeze()
    return document, _made(document, number, now)


def _made(document: str, number: int, at: datetime) -> Active:
    # The time before the tables were read: what is saved while they are read is not missed by who counts from it.
    return Active(number=number, published_at=at, sha256=sha256_of(document), sections=read(document))


def newest_number() -> int:
    """Number of the newest release ever published; 0 if there is none. Raises DatabaseError while the database is away."""
    from .models import Release

    return Release.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _one_at_a_time() -> None:
    """Has whoever else publishes or activates wait until this transaction ends. The oldest release never goes away."""
    from .models import Release

    list(Release.objects.select_for_update().order_by("number").values_list("pk")[:1])


def checked(draft: Active) -> dict[str, Any]:
    """The proof that is kept with a release. Raises ContentErrors if a registered check finds an error."""
    results = [check(draft) for check in _checks]
    errors = [error for result in results for error in result.errors]
    if errors:
        raise ContentErrors(errors)
    return {name: value for result in results for name, value in result.proof.items()}


@transaction.atomic
def publish(*, by: str, notes: str = "", signed=None, scheduled=None):
    """Makes a new release and activates it, in one transaction. Returns the Release.

    Of the tables as they are, or of the document of a Scheduled. `signed`: the SignOff it rests on; then exactly
    that is published, or NotWhatWasSigned raised. Raises ContentErrors, and changes nothing, if a check finds an error.
    """
    from .models import Release

    _one_at_a_time()
    latest = newest_number()
    public = Release.objects.filter(active=True).defer("proof", "changes").first()
    if scheduled:
        document, draft = scheduled.document, _made(scheduled.document, latest + 1, timezone.now())
    else:
        document, draft = drafted(latest + 1)
    if signed and (signed.base_number, signed.base_sha256, signed.draft_sha256) != (
        public.number if public else 0,
        public.sha256 if public else "",
        draft.sha256,
    ):
        raise NotWhatWasSigned
    release = Release(
        number=draft.number,
        published_at=draft.published_at,
        published_by=by,
        notes=notes,
        sha256=draft.sha256,
        document=document,
        follows=public.number if public else None,
        changes=msgspec.to_builtins(differences(public.document, document)) if public else [],
        proof=checked(draft),
        authors=signed.authors if signed else [],
        asked_by=signed.asked_by if signed else "",
        signed_by=signed.answered_by if signed else "",
        signed_at=signed.answered_at if signed else None,
        frozen_at=scheduled.frozen_at if scheduled else None,
    )
    release.save(force_insert=True)
    _activate(release)
    happened.send(None, what="published", release=release, by=by, about=notes)
    return release


@transaction.atomic
def activate(release, *, by: str = "") -> None:
    """Makes an older (or newer) release the public one. Raises UnreadableRelease before anything changes."""
    if sha256_of(release.document) != release.sha256:
        raise UnreadableRelease(f"the text of release {release.number} is not what was published (sha256 differs)")
    read(release.document)
    _one_at_a_time()
    _activate(release)
    happened.send(None, what="activated", release=release, by=by, about="")


def _activate(release) -> None:
    from .models import Release

    Release.objects.filter(active=True).update(active=False)
    Release.objects.filter(pk=release.pk).update(active=True)
    release.active = True


@transaction.atomic
def mark_wrong(release, why: str, *, by: str = "") -> None:
    """Has everybody who comes back with a plan of this release told, before anything else, why not to rely on it.

    An empty `why` takes that back. Nothing else about the release changes: not its text, nor whether it is public.
    """
    from .models import Release

    release.wrong = why.strip()
    Release.objects.filter(pk=release.pk).update(wrong=release.wrong)
    happened.send(
        None, what="marked-wrong" if release.wrong else "mark-removed", release=release, by=by, about=release.wrong
    )


def changes() -> list[Change]:
    """What differs between the tables now and the active release. All of it, if nothing is active."""
    from .models import Release

    public = Release.objects.filter(active=True).values_list("document", flat=True).first()
    return differences(public or NOTHING_PUBLISHED, freeze())


def past(release) -> tuple[Published, ...]:
    """What the release and those it follows changed, newest first."""
    from .models import Release

    # As text: after an import of thousands of rows, Django would take most of a process's start to read what changed.
    written = Release.objects.filter(number__lte=release.number).annotate(told=Cast("changes", models.TextField()))
    earlier = {row.number: row for row in written.defer("document", "proof", "changes")}
    found, number = [], release.number
    while number in earlier:
        row = earlier.pop(number)
        changed = msgspec.json.decode(row.told, type=tuple[Change, ...])
        found.append(Published(number=row.number, published_at=row.published_at, changes=changed))
        number = row.follows
    return tuple(found)


class Unpublished(msgspec.Struct, frozen=True):
    """What would become public against what is: of the tables as they are, or of another release."""

    changes: list[Change]
    reordered: list[tuple[str, str]]
    """(section, kind) of which rows that both have come in another order."""
    public: Active | None
    draft: Active
    same: bool
    """Publishing would change nothing at all."""
    documents: tuple[str, str]
    rows: tuple[Rows, Rows]
    """Of the documents, as JSON has them."""
    at: datetime
    """Just before it was looked at."""

    def effects(self) -> list[Effects]:
        """What publishing would do for readers. Empty if nothing is public yet."""
        return [tell(self.public, self.draft) for tell in _effects] if self.public else []


def unpublished() -> Unpublished:
    """What is saved, against what is public. Reads every table once."""
    now = timezone.now()
    document = freeze()
    return _against_what_is_public(document, lately(document, now), now)


def instead(release) -> Unpublished:
    """What would change if this release were public instead of the one that is. Raises UnreadableRelease."""
    from . import holding

    return _against_what_is_public(release.document, holding.past_release(release.number).release, timezone.now())


def _against_what_is_public(document: str, draft: Active, at: datetime) -> Unpublished:
    from .models import Release

    row = Release.objects.filter(active=True).defer("changes").first()
    before = row.document if row else NOTHING_PUBLISHED
    both = Rows(before), Rows(document)
    return Unpublished(
        changes=between(*both),
        reordered=reordered(*both),
        public=row and _in_memory(row),
        draft=draft,
        same=before == document,
        documents=(before, document),
        rows=both,
        at=at,
    )


def _in_memory(row) -> Active:
    """The public release, with what has been derived from it already if this process serves it."""
    from . import holding  # which reads releases by means of this module

    held = holding.held()
    if held is not None and (held.number, held.sha256) == (row.number, row.sha256):
        return held
    return holding.past_release(row.number).release


DRAFTS_HELD = 2
_drafts_held: OrderedDict[str, Active] = OrderedDict()
_drafting = threading.Lock()


def lately(document: str, at: datetime) -> Active:
    """The draft of this document, with what has been derived from it already if it was looked at a moment ago."""
    sha256 = sha256_of(document)
    with _drafting:
        draft = _drafts_held.pop(sha256, None) or _made(document, 0, at)
        _drafts_held[sha256] = draft
        while len(_drafts_held) > DRAFTS_HELD:
            _drafts_held.popitem(last=False)
    return draft


def public_since() -> datetime | None:
    """When what is public was saved: what was edited later is not in it. None if nothing is public."""
    from .models import Release

    times = Release.objects.filter(active=True).values_list("frozen_at", "published_at").first()
    return times and (times[0] or times[1])


def edited_since_published() -> int:
    """How many rows staff have edited in admin since what is public was published; 0 if nothing is public.

    Two small queries whatever the size of the tables. Says nothing about what commands have loaded, nor whether an edit was
    taken back: `unpublished` does.
    """
    from django.contrib.admin.models import LogEntry

    since = public_since()
    if since is None:
        return 0
    by_model = Q()
    for name in model_names().values():
        app, model = name.lower().split(".")
        by_model |= Q(content_type__app_label=app, content_type__model=model)
    edits = LogEntry.objects.filter(by_model, action_time__gt=since).order_by()
    return edits.values("content_type_id", "object_id").distinct().count()
