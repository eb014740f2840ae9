"""Who reads a digest, and where its links lead: members into the app, everyone else to a signed page that ends."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts import subscribing
from violations import filtering
from violations.digest_models import Digest

SALT = "violations.digest.read"
READ_FOR = 30 * 24 * 3600  # seconds
LIST, NOT_IN_PLAN = "violation_list", "not_in_plan"
BOTH = "both"  # of them on one page


class Ended(Exception):
    """The link is not ours, is too old, or its digest is gone."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets the mail. Without an account: no link into the app, nothing out of a message."""

    address: str
    is_member: bool


class Links:
    """The addresses of one digest for one reader (None: whoever looks at it in the app)."""

    def __init__(self, digest: Digest, reader: Reader | None) -> None:
        self._digest = digest
        self._stretch = {"since": filtering.written(digest.since), "until": filtering.written(digest.until)}
        self._outside = reading_url(digest, reader.address) if reader and not reader.is_member else ""
        self.leaving = subscribing.leaving_url(digest.team, reader.address) if reader else ""
        self.settings = "" if self._outside else self._inside("settings_team", team=digest.team.public_id)

    @property
    def headers(self) -> dict[str, str]:
        """What lets mail programs offer to leave with one click (RFC 8058)."""
        if not self.leaving:
            return {}
        return {
            "List-Unsubscribe": f"<{self.leaving}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    def listed(self, tab: str, changes: str, *, is_copied: bool = False) -> str:
        """The list that shows what changed so in the digest's time: `violation_list`, `not_in_plan`, or `BOTH`."""
        whose = {("copied" if is_copied else "team"): self._digest.team.slug}
        families = {"family": ",".join(filtering.FAMILIES)} if tab == BOTH else {}
        query = urlencode({"change": changes, **whose, **families, **self._stretch}, safe=",:")
        return self._outside or f"{self._inside(LIST if tab == BOTH else tab)}?{query}"

    def violation(self, public_id: str, change: str) -> str:
        """The page of a violation, with the counts of a line: of the sources in which it changed so."""
        query = urlencode({"change": change, "team": self._digest.team.slug, **self._stretch}, safe=":")
        return self._outside or f"{self._inside('violation_detail', violation=public_id)}?{query}"

    def page(self, name: str, **words: str) -> str:
        """Any page of the workspace."""
        return self._outside or self._inside(name, **words)

    def _inside(self, name: str, **words: str) -> str:
        path: str = settings.BASE_URL + reverse(
            name, kwargs={"ws": self._digest.workspace.public_id, **words}
        )
        return path


def reading_url(digest: Digest, address: str) -> str:
    signed = signing.dumps([digest.public_id, address.lower()], salt=SALT)
    return f"{settings.BASE_URL}{reverse('digest_read', args=[signed])}"


def read(signed: str) -> tuple[Digest, Reader]:
    """The digest a link is for, and who it was mailed to. Raises Ended."""
    try:
        public_id, address = signing.loads(signed, salt=SALT, max_age=READ_FOR)
    except (signing.BadSignature, ValueError):
        raise Ended from None
    found = Digest.objects.filter(public_id=public_id).exclude(numbers={})
    digest: Digest | None = found.select_related("team", "workspace", "plan").first()
    if digest is None or address in digest.team.unsubscribed:
        raise Ended
    return digest, Reader(address, is_member=False)
