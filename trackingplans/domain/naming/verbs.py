"""Which words of a name are verbs, in which form, and how much each is worth as the name's action.

A bare verb (`click`, `order`) may as well be a noun. Its role says where it counts: what people do to a screen (UI)
and phases (PHASE) win at the end of a name; PLAIN verbs count at the beginning and at the end; BOTH are nouns as
well and count less; ACTIVITY ones (`Product Search`) only when no other word does; THING ones (`Report User`) only
at the beginning. Pasts and gerunds need no list: they are known by their ending or from the irregular verbs.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from trackingplans.domain.naming.inflection import (
    IRREGULAR,
    gerund,
    lemma_of_past,
    past_forms,
    third_person,
)
from trackingplans.domain.naming.wordlists import word_set


class Role(IntEnum):
    """How much a bare verb is worth, least first."""

    UNKNOWN = 0
    THING = 1
    ACTIVITY = 2
    BOTH = 3
    PLAIN = 4
    PHASE = 5
    UI = 6


class Form(IntEnum):
    """The forms told apart; `view`, `views`, `viewed`, `viewing`."""

    BASE = 1
    THIRD = 2
    PAST = 3
    GERUND = 4


@dataclass(frozen=True, slots=True)
class Verb:
    """A word as the form of a verb. `is_ambiguous`: base and past are one word (`set`, `read`)."""

    lemma: str
    form: Form
    role: Role
    is_ambiguous: bool = False


_ROLES = {
    Role.UI: "click doubleclick drag drop hover keypress longpress press scroll swipe tap touch",
    Role.PHASE: "abandon abort begin cancel commence complete conclude confirm end expire fail finish start submit",
    Role.PLAIN: """
        accept acknowledge acquire activate add adjust agree allocate allow annotate append apply approve archive arm
        arrive ask assign associate attach attempt attend authenticate authorise authorize automate ban become bind
        blur borrow breathe bridge bring browse bump burn buy calculate calibrate capture choose clear clone close
        collapse collect combine commit compare compile configure connect consume continue contribute convert correct
        craft create crop customise customize deactivate debug decline decrease deduct define delegate delete deliver
        demote deny depart deploy deselect destroy detach detect determine dial dim disable disarm disassociate
        disburse discard disconnect discover dismiss dispatch distribute donate downvote draw duplicate earn edit
        eject enable encounter encrypt engage enrich enrol enroll enter equip erase escalate evaluate evolve exceed
        exclude execute expand explore extend extract fetch fill finalize find focus forget forward freeze fulfill
        generate get give go grab grant grow handle hang hide hire hold identify ignore impersonate improve include
        increase increment inform initialize initiate inject insert inspect integrate interact invalidate invest
        invoke join keep kick kill land learn leave lend listen load log lose lower maintain make manage mark maximize
        measure meditate migrate minimize mint miss moderate modify mount mute navigate negotiate notarize notify
        observe obtain occur omit onboard open opt organize overwrite own paginate pair participate paste pay perform
        personalize pick populate prefer prepare prettify prevent prioritize proceed prolong promote propose
        protect prove provide provision publish purge put quit raise reach react read rearrange rebase rebook rebuild
        receive recommend reconcile reconnect recover redact redeem redirect redo reduce refine refuse register reject
        relist remember remind remove rename render renew reopen reorder repair repay replace resend reserve resize
        resolve respawn respond restore restrict resubmit resume retain retrieve retry reuse reveal revert revise
        revive revoke rotate sanitize say scale see seek select sell send serve set settle shuffle shut sign simulate
        snooze solve spawn specify spend stake stay subscribe succeed suggest summarize suspend take teach tell
        terminate think throw toggle transcribe transform translate trash trim trust try turn unarchive unassign unban
        unblock underline undo unfollow unfreeze unhide uninstall unlike unlink unlist unmute unpair unpin unpublish
        unreact unstake unstar unsubscribe unwatch unwrap unzip upvote use validate verify wait warn withdraw wrap
        write zoom
    """,
    Role.BOTH: """
        advance backup block bookmark bounce build change charge check claim copy crash cut display downgrade download
        embed estimate exit export favorite favourite fix follow fork hit import install invite jump launch like lock
        mention merge move pause play preview print pull purchase push refresh refund reload repeat replay reply
        repost reset restart return run save scan share show skip spin split stop swap switch sync transfer trigger
        unlock update upgrade upload view visit vote walk watch win
    """,
    Role.ACTIVITY: "deposit match request review search test trade",
    Role.THING: """
        answer attack battle book call comment contact draft email exchange feature filter fire flag fund gift grade
        group highlight interview label link list message name order pin post rank rate record release report reward
        schedule sort star support tag text track
    """,
}
_AMBIGUOUS = word_set(
    """
    broadcast cast cost cut forecast hit let offset preset proofread put quit read reset run set shed shut split
    spread upset
    """
)

# Words that end like a past and are none, and pasts that are other words far more often.
_NOT_PAST = word_set(
    """
    bed bent bet biped bleed bore bound breed burst creed deed embed exceed feed fell felt forecast greed ground
    hundred indeed laid lay lit moped naked need newsfeed offset preset proceed red reed rose sacred saw seed shed
    shone slid speed spun steed stood stuck succeed sung swung ted unlimited upset wed weed wicked wound
    """
)
_NOT_GERUND = word_set(
    """
    advertising anything banking billing booking boxing briefing building ceiling clothing coaching consulting
    crowdfunding dating dining duckling during earning evening everything existing farming following funding gaming
    greeting heading hosting housing incoming king landing leasing lighting listing living marketing meeting
    messaging missing morning nothing offering onboarding ongoing opening ordering outgoing outstanding painting
    parking pending ping plumbing pricing rating reading recording remaining ring roaming routing running saving
    savings setting settings shipping shopping sibling something spelling spring sterling streaming string styling
    swing thing ticketing timing tracking trading trailing training trending upcoming vesting warning wedding
    wellbeing wing working writing
    """
)
_NOUNS_IN_EED = ("feed", "seed", "speed", "breed", "weed", "need")
_UNDOING = ("un", "re", "de", "dis", "pre", "auto", "over", "mis", "co")


@lru_cache(maxsize=1)
def _listed() -> dict[str, Verb]:
    """Every form of every listed verb, and the irregular pasts. A word that is a base is never another form."""
    roles = {lemma: role for role, text in _ROLES.items() for lemma in text.split()}
    table: dict[str, Verb] = {}
    for lemma in IRREGULAR.keys() | roles.keys():
        role = roles.get(lemma, Role.UNKNOWN)
        if role:
            table[third_person(lemma)] = Verb(lemma, Form.THIRD, role)
        table[gerund(lemma)] = Verb(lemma, Form.GERUND, role)
        table.update((form, Verb(lemma, Form.PAST, role)) for form in past_forms(lemma))
    table.update((lemma, Verb(lemma, Form.BASE, role, lemma in _AMBIGUOUS)) for lemma, role in roles.items())
    for word in _NOT_PAST | _NOT_GERUND:
        if word not in roles:
            table.pop(word, None)
    return table


@lru_cache(maxsize=20_000)
def verb(word: str) -> Verb | None:
    """The word (lower case) as a verb; None when it is none that is known, nor one by its ending."""
    found = _listed().get(word)
    if found is not None:
        return found
    return _with_prefix(word) or _by_ending(word)


def _with_prefix(word: str) -> Verb | None:
    """`unrepost`, `reauthenticated`: a known verb with a prefix in front."""
    for prefix in _UNDOING:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 2:
            known = _listed().get(rest)
            least = Role.THING if prefix in ("re", "un") else Role.BOTH
            if known is not None and known.role >= least:
                return Verb(prefix + known.lemma, known.form, Role.PLAIN, known.is_ambiguous)
    return None


def _by_ending(word: str) -> Verb | None:
    if len(word) < 5 or not word.isalpha():
        return None
    if word.endswith("ed") and word not in _NOT_PAST and not word.endswith(_NOUNS_IN_EED):
        return Verb(lemma_of_past(word), Form.PAST, Role.UNKNOWN)
    if word.endswith("ing") and word not in _NOT_GERUND and len(word) > 5:
        return Verb(lemma_of_past(word[:-3] + "ed"), Form.GERUND, Role.UNKNOWN)
    return None
