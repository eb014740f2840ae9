"""What a name means whatever its form: names with one meaning have one key.

`Sign up`, `Signup` and `User Signed Up` share a key; Signed Up and Signed In do not, nor do Product Viewed and
Product List Viewed. The groups below hold words that a plan uses for the same thing; they decide what is
*near* only, never what a name should be: the preferred words of a plan are its own `synonyms`.
"""

from typing import NamedTuple

from trackingplans.domain.naming.inflection import participle
from trackingplans.domain.naming.lexicon import ACTORS, DETERMINERS, OUTCOMES
from trackingplans.domain.naming.parsing import ParsedName
from trackingplans.domain.naming.phrases import negation_before
from trackingplans.domain.naming.reading import Order
from trackingplans.domain.naming.vocabulary import Action, action_of, singular
from trackingplans.domain.naming.wordlists import word_set

_ACTIONS = (
    ("start", "begin commence initiate initialize kick"),
    ("complete", "finish succeed finalize conclude"),
    ("click", "tap press touch"),
    ("view", "see show display visit watch appear"),
    ("close", "dismiss"),
    ("sign in", "log_in sign_on log_on"),
    ("sign out", "log_out log_off sign_off"),
    ("sign up", "register"),
    ("enable", "turn_on switch_on activate"),
    ("disable", "turn_off switch_off deactivate"),
    ("update", "edit modify change"),
    ("purchase", "buy"),
    ("receive", "get"),
    ("reject", "decline deny refuse"),
    ("select", "choose pick"),
    ("delete", "remove erase trash"),
    ("create", "add post insert"),
    ("book", "reserve"),
    ("ship", "dispatch"),
    ("resume", "continue"),
    ("duplicate", "clone"),
    ("attempt", "try"),
    ("verify", "validate"),
    ("personalize", "customize customise"),
    ("organize", "organise"),
    ("favorite", "favourite"),
    ("authorize", "authorise"),
    ("enroll", "enrol"),
)
_SAME_ACTION = {word.replace("_", " "): first for first, others in _ACTIONS for word in others.split()}
_THINGS = (
    ("account", "acct"),
    ("address", "addr"),
    ("ad", "advert advertisement"),
    ("amount", "amt"),
    ("app", "application"),
    ("button", "btn"),
    ("cart", "basket"),
    ("color", "colour"),
    ("configuration", "config"),
    ("description", "desc"),
    ("document", "doc"),
    ("favorite", "favourite"),
    ("id", "identifier uid"),
    ("image", "img"),
    ("information", "info"),
    ("invite", "invitation"),
    ("message", "msg"),
    ("notification", "notif"),
    ("number", "num nr"),
    ("organization", "org organisation"),
    ("password", "pwd pw"),
    ("photo", "picture pic"),
    ("product", "item prod"),
    ("quantity", "qty"),
    ("repository", "repo"),
    ("signup", "registration"),
    ("signin", "login logon signon"),
    ("signout", "logout logoff"),
    ("timestamp", "ts"),
    ("transaction", "txn"),
)
_SAME_THING = {word: first for first, others in _THINGS for word in others.split()}
_SAME_LINK = {"using": "via", "with": "via", "by": "via", "through": "via", "into": "to", "onto": "to"}
_ABOUT_THE_ACTOR = frozenset(
    ("sign in", "sign out", "sign up", "subscribe", "unsubscribe", "opt in", "opt out")
)
# These come and go in a container and are made elsewhere: a product added to a cart is not a product created.
_CONTAINED = word_set(
    """
    contact friend guest label member participant permission player product reaction role signer tag user
    """
)
_ADDING = frozenset(("add", "remove", "insert"))
_DOING = word_set("conduct do execute happen make occur perform")
# Nouns of verbs: `Upload Completed` is `Uploaded`, while `Order Completed` is not `Ordered`.
_NOUNS_OF_VERBS = word_set("backup download export import install purchase sync upload")
_ACTIVITIES = _NOUNS_OF_VERBS | frozenset(("search", "payment"))


class Key(NamedTuple):
    """What a name means: the words of its object, its action, its tail. `text` is equal when the meaning is."""

    object: tuple[str, ...]
    action: str
    tail: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{''.join(self.object)}|{self.action}|{''.join(self.tail)}"

    @property
    def words(self) -> tuple[str, ...]:
        """Its words one by one, the action in its past, so that a typing error shows."""
        first, _, rest = self.action.partition(" ")
        action = f"{participle(first)} {rest}".strip() if first else ""
        return (*self.object, action, *self.tail)


_ONE_WORD = {("pageview",): Key(("page",), "view", ()), ("screenview",): Key(("screen",), "view", ())}
_CALLED_BY = {"email": "address", "phone": "number"}


def key_of(parsed: ParsedName) -> Key:
    """The key of an event's name; of a property's, its words in one form and in alphabetical order."""
    if parsed.kind != "event":
        words = sorted(_SAME_THING.get(token.word, token.word) for token in parsed.tokens)
        return Key(tuple(words), "", ())
    if parsed.words in _ONE_WORD:
        return _ONE_WORD[parsed.words]
    places = (*parsed.reading.before, *parsed.reading.object)
    words = [token.word for token in parsed.context] + [parsed.body[place].word for place in places]
    things = [_thing(word) for word in words if word not in DETERMINERS]
    if words[-1:] == ["page"] and words[-2:-1] != [singular(word) for word in words[-2:-1]]:
        things[-1] = "list page"  # Products Page is no Product Page
    tail = [parsed.body[place].word for place in parsed.reading.tail]
    key = _simplest(things, _said(parsed), [_SAME_LINK.get(word, _thing(word)) for word in tail])
    return key._replace(tail=("not", *key.tail)) if _is_negated(parsed) else key


def _is_negated(parsed: ParsedName) -> bool:
    return negation_before([token.word for token in parsed.body], parsed.reading.action.start) is not None


def _thing(word: str) -> str:
    word = singular(word)
    return _SAME_THING.get(word, word)


def _said(parsed: ParsedName) -> str:
    if parsed.order in (Order.OBJECT_ONLY, Order.NONE):
        return ""
    return str(Action(parsed.reading.lemma, parsed.reading.particle))


def _simplest(things: list[str], action: str, tail: list[str]) -> Key:
    """The key after what says nothing more is left out: who signs up, the button clicked, `Upload Completed`."""
    things, action = _collapsed(things, action)
    lemma = action
    if things or tail or action in _ABOUT_THE_ACTOR or " " in action or action == "register":
        action = _SAME_ACTION.get(action, action)
    if (
        action in ("create", "delete")
        and lemma in _ADDING
        and (tail or (things and things[-1] in _CONTAINED))
    ):
        action = lemma
    if action == "launch" and things == ["app"]:
        action = "open"
    if action == "send" and things == ["invite"]:
        things, action = [], "invite"
    if action in _ABOUT_THE_ACTOR or action == "invite":
        things = [word for word in things if word not in ACTORS] if len(things) == 1 else things
    if action == "click" and len(things) > 1 and things[-1] in ("button", "cta"):
        things = things[:-1]
    if action == "view" and len(things) > 1 and things[-1] == "page":
        things = things[:-1]
    if len(things) > 1 and _CALLED_BY.get(things[-2]) == things[-1]:
        things = things[:-1]
    if lemma in ("add", "remove") and not things and "cart" in tail:
        things = ["product"]
    return Key(tuple(things), action, tuple(tail))


def _collapsed(things: list[str], action: str) -> tuple[list[str], str]:
    """`Registration Completed` says sign up, `Payment Error Occurred` fail, `Search Performed` search."""
    joined = "".join(things)
    if joined in ("signup", "signin", "signout") and _SAME_ACTION.get(action, action) == "complete":
        return [], {"signup": "sign up", "signin": "sign in", "signout": "sign out"}[joined]
    if not things:
        return things, action
    last = things[-1]
    if action in _DOING and last in OUTCOMES:
        return things[:-1], OUTCOMES[last]
    if action in _DOING and last in _ACTIVITIES:
        return things[:-1], last
    if _SAME_ACTION.get(action, action) == "complete":
        noun = _verb_of(last)
        if noun is not None and (len(things) > 1 or noun not in _NOUNS_OF_VERBS or noun == "purchase"):
            return things[:-1], noun
    return things, action


def _verb_of(noun: str) -> str | None:
    if noun in _NOUNS_OF_VERBS:
        return noun
    found = action_of(noun)
    return str(found) if found is not None and found.lemma != noun and noun.endswith("ion") else None
