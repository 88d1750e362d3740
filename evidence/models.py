"""What statements rest on, who has checked them, and what has been published.

A *Reference* is a source. The *review state* is shared by everything a clinician should sign off. A *Release* is the
whole public content at one moment: the public site reads releases, never these tables.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PARTIAL_DATE = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
"""A date as sources give it: year, year and month, or the full day. Empty where the source gives none."""


class PartialDateField(models.CharField):
    """A date as exact as its source: "2013", "2013-11" or "2013-11-02"; empty when the source is undated."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators.append(
            RegexValidator(PARTIAL_DATE, _("Write a date as 2024, 2024-05 or 2024-05-31, or leave it empty."))
        )


class BySlug(models.Manager):
    """Fixtures name rows by slug, so that they read like a document and survive another database."""

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Reference(models.Model):
    """A source that a statement rests on. One row a page or document, however often it is cited."""

    slug = models.SlugField(max_length=80, unique=True, help_text=_("Short name used in fixtures and addresses."))
    title = models.CharField(max_length=300, help_text=_("As the source gives it, in its own language."))
    organisation = models.CharField(max_length=200, help_text=_("Who published it."))
    url = models.URLField(
        max_length=600, blank=True, help_text=_("Where readers can find it. Empty only if it is no longer online.")
    )
    published = PartialDateField(help_text=_("Date of the source: 2024, 2024-05 or 2024-05-31. Empty if undated."))
    accessed = models.DateField(null=True, blank=True, help_text=_("When one of us last read it. Empty if unknown."))

    objects = BySlug()

    class Meta:
        ordering = ["organisation", "title"]
        constraints = [
            models.CheckConstraint(name="reference_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="reference_url_is_http_or_empty", condition=Q(url__regex=r"^(https?://.+)?$")),
            models.CheckConstraint(name="reference_published_is_a_partial_date", condition=Q(published__regex=PARTIAL_DATE)),
        ]

    def __str__(self):
        return f"{self.organisation}: {self.title}" + (f" ({self.published})" if self.published else "")

    def natural_key(self):
        return (self.slug,)


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("draft, not reviewed by a clinician")
    IN_REVIEW = "in-review", _("with a clinician for review")
    SIGNED_OFF = "signed-off", _("signed off by a clinician")
    CHANGED = "changed", _("changed since it was signed off")


class Reviewed(models.Model):
    """The clinical sign-off that blocks, drugs, classes and terms share. The public page says how it stands.

    Written by evidence/signing.py alone. What was signed off is one text: `signed_off_text` is its fingerprint, and a
    release goes by that. `review_state` follows it, so that lists can be searched and counted.
    """

    SIGN_OFF = (
        *("review_state", "signed_off_by", "signed_off_role", "signed_off_on", "review_due"),
        *("signed_off_text", "withdrawn_why"),
    )
    NOT_PUT_BACK = SIGN_OFF
    """Going back to an earlier state of a row brings its text back, never somebody's word for it."""

    review_state = models.CharField(_("sign-off"), max_length=12, choices=ReviewState, default=ReviewState.DRAFT)
    signed_off_by = models.CharField(_("signed off by"), max_length=200, blank=True)
    signed_off_role = models.CharField(_("role"), max_length=200, blank=True)
    signed_off_on = models.DateField(_("signed off on"), null=True, blank=True)
    review_due = models.DateField(_("next review"), null=True, blank=True)
    signed_off_text = models.CharField(_("fingerprint of the text"), max_length=64, blank=True, editable=False)
    withdrawn_why = models.TextField(_("why the last sign-off was withdrawn"), blank=True)

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "sign_off")
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_review_state_is_known",
                condition=Q(review_state__in=ReviewState.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_signed_off_says_who_when_and_what",
                condition=~Q(review_state__in=[ReviewState.SIGNED_OFF, ReviewState.CHANGED])
                | (
                    ~Q(signed_off_by="")
                    & ~Q(signed_off_role="")
                    & Q(signed_off_on__isnull=False, review_due__isnull=False)
                    & Q(signed_off_text__regex=r"^[0-9a-f]{64}$")
                ),
                violation_error_message=_("A sign-off needs a name, a role, its date and that of the next review."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_reviewed_after_sign_off",
                condition=Q(signed_off_on__isnull=True) | Q(review_due__isnull=True) | Q(review_due__gt=F("signed_off_on")),
                violation_error_message=_("The next review comes after the sign-off."),
            ),
        ]


SHA256 = r"^[0-9a-f]{64}$"


class Release(models.Model):
    """The published content. Never edited: a mistake is undone by activating another release.

    The document is canonical JSON text rather than a JSON column, because its bytes are its identity (sha256).
    """

    number = models.PositiveIntegerField(unique=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)
    authors = models.JSONField(
        default=list, blank=True, help_text=_("Names of those who had edited what it changed; known if it was signed.")
    )
    asked_by = models.CharField(
        _("review asked for by"), max_length=150, blank=True, help_text=_("Empty if it was published without a sign-off.")
    )
    signed_by = models.CharField(
        max_length=150, blank=True, help_text=_("The reviewer who signed exactly this. Empty: published without a sign-off.")
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(blank=True, help_text=_("What changed, in a sentence a colleague understands."))
    sha256 = models.CharField(max_length=64)
    document = models.TextField()
    follows = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Number of the release that was public when this one was published.")
    )
    changes = models.JSONField(default=list, help_text=_("What differs from the release it follows, row by row."))
    proof = models.JSONField(default=dict, help_text=_("What the checks at publishing counted and found."))
    frozen_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When what it holds was saved, if it was published at a date later than that.")
    )
    active = models.BooleanField(default=False)
    wrong = models.TextField(
        blank=True,
        help_text=_(
            "Why plans of this release must not be relied on, in words for readers. Empty: nothing is known against it."
        ),
    )
    imported_from = models.CharField(
        max_length=255, blank=True, help_text=_("The installation whose file it came in. Empty: published here.")
    )
    imported_by = models.CharField(max_length=150, blank=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        permissions = [
            ("publish_release", "Can publish and activate releases"),
            ("sign_release", "Can sign what somebody else wants to publish"),
            ("ask_review", "Can ask for a review of what is to be published"),
        ]
        constraints = [
            models.UniqueConstraint(name="one_release_is_active", fields=["active"], condition=Q(active=True)),
            models.CheckConstraint(name="release_sha256_is_64_hex", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(
                name="release_signed_names_who_and_when",
                condition=Q(signed_by="", signed_at__isnull=True) | (~Q(signed_by="") & Q(signed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="release_imported_names_whence_who_and_when",
                condition=Q(imported_from="", imported_by="", imported_at__isnull=True)
                | (~Q(imported_from="") & ~Q(imported_by="") & Q(imported_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return _("Release %(number)s") % {"number": self.number}

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A release is never edited: publish a new one, or activate another (evidence/releases.py).")
        super().save(*args, **kwargs)


class SignOff(models.Model):
    """A second pair of eyes on a diff: exactly what was saved, against exactly what was public.

    Names are kept as text: a sign-off outlives the accounts. The rules stand in evidence/reviewing.py.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("review asked for")
        SIGNED = "signed", _("signed")
        SENT_BACK = "sent-back", _("sent back")
        REPLACED = "replaced", _("replaced by a later request")

    base_number = models.PositiveIntegerField(help_text=_("The release that was public."))
    base_sha256 = models.CharField(max_length=64)
    draft_sha256 = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    asked_of = models.CharField(max_length=150, blank=True, help_text=_("Empty: of anybody who may sign."))
    request = models.TextField(blank=True, help_text=_("What the reviewer should know, or look at closely."))
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    authors = models.JSONField(
        default=list, help_text=_("Names of those who had edited a row of the diff when it was signed.")
    )

    class Meta:
        ordering = ["-pk"]
        default_permissions = []
        constraints = [
            models.UniqueConstraint(name="one_review_is_asked_for", fields=["state"], condition=Q(state="asked")),
            models.CheckConstraint(
                name="sign_off_state_is_known", condition=Q(state__in=["asked", "signed", "sent-back", "replaced"])
            ),
            models.CheckConstraint(
                name="sign_off_says_of_what",
                condition=Q(base_sha256__regex=SHA256) & Q(draft_sha256__regex=SHA256),
            ),
            models.CheckConstraint(
                name="sign_off_answer_names_who_and_when",
                condition=(~Q(state__in=["asked", "replaced"]) | Q(answered_by="", answered_at__isnull=True))
                & (~Q(state__in=["signed", "sent-back"]) | (Q(answered_at__isnull=False) & ~Q(answered_by=""))),
            ),
            models.CheckConstraint(name="sign_off_sent_back_says_why", condition=~Q(state="sent-back") | ~Q(comment="")),
        ]

    def __str__(self):
        return _("Review of what was saved, against release %(number)s") % {"number": self.base_number}


class Scheduled(models.Model):
    """A signed draft, frozen as it was signed, that becomes a release at a date and time (evidence/scheduling.py)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("not published")

    due = models.DateTimeField()
    document = models.TextField()
    signed = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField(blank=True)
    scheduled_by = models.CharField(max_length=150)
    frozen_at = models.DateTimeField(help_text=_("When it was scheduled: it holds what was saved then."))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True, help_text=_("Who cancelled it, or what published it."))
    reason = models.TextField(blank=True, help_text=_("Why it was not published."))
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        default_permissions = []
        constraints = [
            models.UniqueConstraint(name="one_release_is_waiting", fields=["state"], condition=Q(state="waiting")),
            models.CheckConstraint(
                name="scheduled_state_is_known", condition=Q(state__in=["waiting", "published", "cancelled", "refused"])
            ),
            models.CheckConstraint(
                name="scheduled_settled_says_when_and_by_whom",
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
            models.CheckConstraint(name="scheduled_refused_says_why", condition=~Q(state="refused") | ~Q(reason="")),
            models.CheckConstraint(
                name="scheduled_published_names_its_release",
                condition=Q(state="published", release__isnull=False) | (~Q(state="published") & Q(release__isnull=True)),
            ),
        ]

    def __str__(self):
        return _("Release scheduled for %(due)s") % {"due": self.due}
