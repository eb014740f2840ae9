"""Names taken apart: one row for each rule of structure."""

import pytest

from trackingplans.domain.naming import NamingConvention, parse

OA, AO = "object_action", "action_object"


@pytest.mark.parametrize(
    ("name", "order", "object", "action", "tail"),
    [
        # a past that ends the name, also where the object has one too
        ("Saved Search Deleted", OA, "saved search", "deleted", ""),
        ("terms_of_use_accepted", OA, "terms of use", "accepted", ""),
        ("Import from Sheet clicked", OA, "import from sheet", "clicked", ""),
        # a past before a preposition or an adverb
        ("Product Added to Cart", OA, "product", "added", "to cart"),
        ("Notifications Marked All as Read", OA, "notifications", "marked", "all as read"),
        ("Issue Shared Publicly", OA, "issue", "shared", "publicly"),
        # particles
        ("User Signed Up", OA, "user", "signed up", ""),
        ("Account Set Up", OA, "account", "set up", ""),
        ("Session Timed Out", OA, "session", "timed out", ""),
        ("Swiped Left on Card", "action_only", "", "swiped left", "on card"),
        # a past that begins it
        ("Viewed Completed Order", AO, "completed order", "viewed", ""),
        ("Removed Item From Cart", AO, "item", "removed", "from cart"),
        ("clickedOnPagination", AO, "pagination", "clicked", ""),
        ("Clicked a button", AO, "button", "clicked", ""),
        ("Rewarded Video Show", OA, "rewarded video", "show", ""),
        ("Clicked Back on Settings", AO, "back", "clicked", "on settings"),
        # who acts
        ("User deleted project", AO, "project", "deleted", ""),
        ("App: Recipient has completed signing", AO, "signing", "completed", ""),
        ("Instance attempted to refresh license", AO, "refresh license", "attempted", ""),
        ("User Signed In from Phone", OA, "user", "signed in", "from phone"),
        # helping verbs
        ("credential_did_finish_login", AO, "login", "finish", ""),
        ("nurse_has_started_visit", AO, "visit", "started", ""),
        ("Email was sent", OA, "email", "sent", ""),
        # a remark behind the name
        ("Trial ended (server)", OA, "trial", "ended", ""),
        ("Sign up (step 2) started", OA, "sign up step", "started", ""),
        # bare verbs
        ("Image Upload", OA, "image", "upload", ""),
        ("Create Sample Project", AO, "sample project", "create", ""),
        ("RUN_QUERY_CLICK", OA, "run query", "click", ""),
        ("Click add to cart", AO, "add to cart", "click", ""),
        ("View Order", AO, "order", "view", ""),
        ("Order View", OA, "order", "view", ""),
        ("order_rate", OA, "order", "rate", ""),
        ("Rate Order", AO, "order", "rate", ""),
        ("refund_request", OA, "refund", "request", ""),
        ("Request Refund", AO, "refund", "request", ""),
        ("WIDGET_COPY_VIA_SHORTCUT", OA, "widget", "copy", "via shortcut"),
        ("Copies key to clipboard", AO, "key", "copies", "to clipboard"),
        ("Simulation Fails", OA, "simulation", "fails", ""),
        ("SHOP_CREATE_COLLECTION", AO, "collection", "create", ""),
        ("bookmark_update_title", AO, "title", "update", ""),
        ("Button Click Home Page", OA, "button", "click", "home page"),
        ("Creating Datasource Resources", AO, "datasource resources", "creating", ""),
        # nouns
        ("Payment Failure", OA, "payment", "failure", ""),
        ("TEST_DATA_SOURCE_SUCCESS", OA, "test data source", "success", ""),
        ("Submit Registration", AO, "registration", "submit", ""),
        ("Login with Google", "action_only", "", "login", "with google"),
        ("RollbackMigration", AO, "migration", "rollback", ""),
        # no action
        ("New Order", "object_only", "new order", "", ""),
        ("header_add_module_button", "object_only", "header add module button", "", ""),
        ("booking", "object_only", "booking", "", ""),
        # namespaces: the body is read; a body that is only an action takes it as the object
        ("signup:captchaFailure", OA, "captcha", "failure", ""),
        ("app:started", OA, "app", "started", ""),
        ("Issue Details: Copy Issue URL", AO, "issue url", "copy", ""),
        # values made at run time are left out
        ("viewed_product_55", AO, "product", "viewed", ""),
        ("Level9 Started", OA, "level", "started", ""),
        ("Sign Up - jake@example.com", "action_only", "", "sign up", ""),
        ("f4ca124298", "none", "", "", ""),
        ("", "none", "", "", ""),
    ],
)
def test_object_and_action(name, order, object, action, tail):
    parsed = parse(name)

    assert (parsed.order, parsed.object, parsed.action, parsed.tail) == (order, object, action, tail)


@pytest.mark.parametrize(
    ("name", "tense"),
    [
        ("Order Completed", ("past",)),
        ("Tutorial Begun", ("past",)),
        ("page_view", ("present",)),
        ("SQL Query Run", ("past", "present")),
        ("set_password", ("past", "present")),
        ("Video Playing", ("gerund",)),
        ("User Signup", ()),
        ("booking", ()),
        ("Project Member Left", ("past",)),
    ],
)
def test_tense_is_a_set_so_that_a_word_that_is_both_satisfies_either_rule(name, tense):
    assert parse(name).tense == tense


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("Issue Details: Copy Issue URL", "Issue Details"),
        ("onboarding:interests:nextPressed", "onboarding:interests"),
        ("accounts/new-account", "accounts"),
        ("Main Menu - Achievements clicked", "Main Menu"),
        ("[Docs] Page Viewed", "Docs"),
        ("Meeting at 10:30 Joined", ""),
        ("Order Completed", ""),
    ],
)
def test_namespace(name, namespace):
    assert parse(name).namespace == namespace


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ApiUrlCreated", "api url created"),
        ("CTAClicked", "cta clicked"),
        ("2FAEnabled", "2fa enabled"),
        ("S3BucketConnected", "s3 bucket connected"),
        ("OAuth2LoginStarted", "oauth2 login started"),
        ("homepageGitHubButtonClicked", "homepage github button clicked"),
        ("MetaMetrics Turned On", "metametrics turned on"),
        ("What's New Viewed", "what's new viewed"),
        ("Sign-up Form Completed", "sign up form completed"),
        ("APIsCalled", "apis called"),
    ],
)
def test_words(name, words):
    assert " ".join(parse(name).words) == words


def test_a_plans_own_words_come_before_any_guess():
    convention = NamingConvention.from_document({"objects": ["Order Book"], "actions": ["zap", "record"]})

    read = [
        parse(name, convention) for name in ("Order Book Refresh", "Cache Zapped", "Record Call", "zap_cache")
    ]

    assert [(one.object, one.action) for one in read] == [
        ("order book", "refresh"),
        ("cache", "zapped"),
        ("call", "record"),
        ("cache", "zap"),
    ]


def test_prefixes_and_suffixes_of_the_plan_are_no_part_of_the_name():
    convention = NamingConvention.from_document({"prefixes": ["acme_"], "suffixes": ["_v2"]})

    parsed = parse("acme_order_completed_v2", convention)

    assert (parsed.object, parsed.action, parsed.prefix, parsed.suffix) == (
        "order",
        "completed",
        "acme_",
        "_v2",
    )


def test_a_property_has_no_grammar():
    parsed = parse("signed_up_at", kind="property")

    assert (parsed.words, parsed.order, parsed.action) == (("signed", "up", "at"), "none", "")


@pytest.mark.parametrize(
    "name", ["a" * 5_000, "a_" * 2_500, "Ab1" * 2_000, "[" * 3_000, "\ud800 viewed", "\0"]
)
def test_no_name_is_too_strange(name):
    assert parse(name).name == name
