"""Verb forms by rule, and casings."""

import pytest

from trackingplans.domain.naming.casing import Casing, casing_of, is_in, render
from trackingplans.domain.naming.inflection import gerund, lemma_of_past, participle, past_forms, third_person
from trackingplans.domain.naming.verbs import Form, verb


@pytest.mark.parametrize(
    ("lemma", "past", "third", "ing"),
    [
        ("view", "viewed", "views", "viewing"),
        ("create", "created", "creates", "creating"),
        ("submit", "submitted", "submits", "submitting"),
        ("edit", "edited", "edits", "editing"),
        ("drag", "dragged", "drags", "dragging"),
        ("copy", "copied", "copies", "copying"),
        ("play", "played", "plays", "playing"),
        ("press", "pressed", "presses", "pressing"),
        ("begin", "begun", "begins", "beginning"),
        ("hide", "hidden", "hides", "hiding"),
        ("overwrite", "overwritten", "overwrites", "overwriting"),
        ("resend", "resent", "resends", "resending"),
        ("unpin", "unpinned", "unpins", "unpinning"),
        ("sync", "synced", "syncs", "syncing"),
        ("cancel", "cancelled", "cancels", "cancelling"),
        ("reset", "reset", "resets", "resetting"),
        ("agree", "agreed", "agrees", "agreeing"),
        ("tie", "tied", "ties", "tying"),
    ],
)
def test_forms(lemma, past, third, ing):
    assert (participle(lemma), third_person(lemma), gerund(lemma)) == (past, third, ing)


def test_both_spellings_are_pasts():
    assert past_forms("cancel") == {"cancelled", "canceled"}
    assert past_forms("begin") == {"began", "begun"}


@pytest.mark.parametrize(
    ("word", "lemma"), [("dragged", "drag"), ("timed", "time"), ("copied", "copy"), ("viewed", "view")]
)  # fmt: skip
def test_back_from_a_past(word, lemma):
    assert lemma_of_past(word) == lemma


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("viewed", Form.PAST), ("forked", Form.PAST), ("sent", Form.PAST), ("unreposted", Form.PAST),
        ("click", Form.BASE), ("reauthenticate", Form.BASE), ("clicks", Form.THIRD), ("creating", Form.GERUND),
        ("feed", None), ("newsfeed", None), ("embed", Form.BASE),
        ("booking", None), ("speed", None), ("product", None),
    ],
)  # fmt: skip
def test_which_words_are_verbs(word, form):
    found = verb(word)

    assert (found.form if found else None) == form


@pytest.mark.parametrize(
    ("name", "casing"),
    [
        ("Order Completed", Casing.TITLE),
        ("Item Added to Cart", Casing.TITLE),
        ("Sign-up Form Completed", Casing.TITLE),
        ("iOS App Opened", Casing.TITLE),
        ("What's New Viewed", Casing.TITLE),
        ("Watched", Casing.TITLE),
        ("Order completed", Casing.SENTENCE),
        ("API key created", Casing.SENTENCE),
        ("Signed up with Google", Casing.SENTENCE),
        ("order completed", Casing.LOWER),
        ("watched", Casing.LOWER),
        ("order_completed", Casing.SNAKE),
        ("orderCompleted", Casing.CAMEL),
        ("OrderCompleted", Casing.PASCAL),
        ("order-completed", Casing.KEBAB),
        ("ORDER_COMPLETED", Casing.UPPER_SNAKE),
        ("ORDER COMPLETED", Casing.MIXED),
        ("order:completed", Casing.MIXED),
        ("Order_completed", Casing.MIXED),
        ("Order Completed via email Link", Casing.MIXED),
        ("Été Commencé", Casing.TITLE),
        ("", Casing.MIXED),
    ],
)
def test_casing(name, casing):
    assert casing_of(name) == casing


@pytest.mark.parametrize("casing", [Casing.LOWER, Casing.SNAKE, Casing.KEBAB, Casing.CAMEL])
def test_one_word_is_in_several_casings(casing):
    assert is_in("watched", casing)


@pytest.mark.parametrize(
    ("casing", "written"),
    [
        (Casing.TITLE, "NFT Sent to GitHub"),
        (Casing.SENTENCE, "NFT sent to GitHub"),
        (Casing.SNAKE, "nft_sent_to_github"),
        (Casing.CAMEL, "nftSentToGitHub"),
        (Casing.PASCAL, "NftSentToGitHub"),
        (Casing.KEBAB, "nft-sent-to-github"),
        (Casing.UPPER_SNAKE, "NFT_SENT_TO_GITHUB"),
        (Casing.LOWER, "nft sent to github"),
    ],
)
def test_written_in_a_casing(casing, written):
    assert render(["nft", "sent", "to", "github"], casing) == written
