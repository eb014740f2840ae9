"""The small reasoned word lists of the naming engine; a plan's own vocabulary comes before any of them."""

from trackingplans.domain.naming.wordlists import word_set

# What ends the object and begins a tail: `Product Added / to Cart`. `of` and `and` stay inside an object.
PREPOSITIONS = word_set(
    """
    about across after against along amid among around as at because before behind below beneath beside between by
    despite during for from in inside into near on onto out outside over past per since than through throughout to
    toward towards under until upon via when while with within without
    """
)
# What may follow an action without a preposition: `Issue Shared Publicly`, `Notifications Marked All as Read`.
ADVERBS = word_set(
    """
    again ago all already also always anon anonymously automatically back early elsewhere every externally first
    here immediately instead internally later manually never now offline once online only privately publicly
    remotely there today together twice unsuccessfully yet
    """
)
# Words beside the action that say nothing: `Recipient has completed signing`, `successfullyLoggedIn`.
AUXILIARIES = word_set(
    """
    am are be been being can did do does had has have is just may might must should successfully was were will would
    """
)
DO_FORMS = word_set("can did do does will")
NEGATIONS = frozenset(("not", "never", "cannot"))

PARTICLES: dict[str, frozenset[str]] = {
    verb: word_set(particles)
    for verb, particles in {
        "back": "up",
        "break": "down",
        "check": "in out",
        "click": "through",
        "clock": "in out",
        "drop": "off",
        "fade": "in out",
        "fill": "in out",
        "follow": "up",
        "give": "up",
        "hang": "up",
        "hand": "off over",
        "hold": "on",
        "lock": "out",
        "log": "in on off out",
        "look": "up",
        "mark": "down",
        "opt": "in out",
        "open": "up",
        "pan": "left right up down",
        "pass": "through",
        "pick": "up",
        "pop": "up",
        "power": "on off",
        "pull": "down",
        "read": "more",
        "roll": "back out over up",
        "scale": "down up",
        "scroll": "down up left right",
        "set": "up",
        "show": "more less",
        "shut": "down",
        "sign": "in up on off out",
        "slide": "left right up down",
        "start": "over up",
        "step": "up down",
        "swipe": "left right up down",
        "switch": "on off over",
        "time": "out",
        "top": "up",
        "trade": "in",
        "turn": "on off down up",
        "wake": "up",
        "wind": "down",
        "write": "off",
        "zoom": "in out",
    }.items()
}
# `clicked on pagination`: the preposition belongs to the verb, what follows is the object.
GOVERNED: dict[str, frozenset[str]] = {
    verb: word_set(prepositions)
    for verb, prepositions in {
        "agree": "to",
        "apply": "for",
        "click": "on",
        "focus": "on",
        "go": "to",
        "hover": "on over",
        "interact": "with",
        "land": "on",
        "listen": "to",
        "look": "for at",
        "navigate": "to",
        "press": "on",
        "reply": "to",
        "respond": "to",
        "search": "for",
        "subscribe": "to",
        "tap": "on",
        "touch": "on",
        "unsubscribe": "from",
        "wait": "for",
    }.items()
}
ACTORS = word_set(
    """
    account actor admin administrator agent author buyer candidate client coach contributor creator customer doctor
    driver editor employee guest host instance learner manager member merchant moderator operator owner passenger
    patient payer player recipient reporter reviewer rider seller sender server shopper someone student subscriber
    supplier system teacher tenant tutor user users vendor viewer visitor
    """
)

# Nouns that name something that happened, and the verb (with particle) they are of.
OUTCOMES = {"error": "fail", "failure": "fail", "success": "succeed", "successful": "succeed"}
# Verbs with their nouns. Nouns that name a thing far more often (transaction, notification, version) are left out.
_DERIVED = """
    accept acceptance, acquire acquisition, activate activation, add addition, allocate allocation, approve
    approval, archive archival, arrive arrival, assign assignment, authenticate authentication, authorize
    authorization, automate automation, calculate calculation, cancel cancelation cancellation, complete completion,
    confirm confirmation, convert conversion, create creation, customize customization, deactivate deactivation,
    delete deletion, deploy deployment, detect detection, disable disablement, disconnect disconnection, discover
    discovery, dismiss dismissal, donate donation, duplicate duplication, enable enablement, engage engagement,
    enroll enrollment enrolment, evaluate evaluation, execute execution, expire expiration expiry, export
    exportation, generate generation, initialize init initialization, initiate initiation, install installation,
    interact interaction, invalidate invalidation, migrate migration, modify modification, navigate navigation,
    participate participation, personalize personalization, purchase repurchase, reactivate reactivation, recover
    recovery, redeem redemption, redirect redirection, register registration, reject rejection, remove removal,
    renew renewal, resolve resolution, restore restoration, retrieve retrieval, revoke revocation, rotate rotation,
    select selection, submit submission, suspend suspension, terminate termination, transform transformation,
    uninstall uninstallation, upgrade upgradation, validate validation, verify verification, withdraw withdrawal
"""
DERIVED = {noun: verb for verb, *nouns in (entry.split() for entry in _DERIVED.split(",")) for noun in nouns}
COMPOUNDS = {
    "backup": "back up",
    "checkin": "check in",
    "impression": "view",
    "clickthrough": "click through",
    "dropoff": "drop off",
    "handoff": "hand off",
    "login": "log in",
    "logon": "log on",
    "logoff": "log off",
    "logout": "log out",
    "optin": "opt in",
    "optout": "opt out",
    "rollback": "roll back",
    "rollout": "roll out",
    "setup": "set up",
    "shutdown": "shut down",
    "signin": "sign in",
    "signon": "sign on",
    "signoff": "sign off",
    "signout": "sign out",
    "signup": "sign up",
    "startup": "start up",
    "timeout": "time out",
    "topup": "top up",
    "turnoff": "turn off",
    "wakeup": "wake up",
}
# Nouns that begin a name as if they were verbs: `Rollback Migration`.
COMMANDS = word_set("rollback rollout setup shutdown")
# What one places: `cart_place_order`; `place` is a noun everywhere else.
PLACED = word_set("bet bets bid bids order orders trade trades wager")
# What a screen is made of: a bare verb before one of these names the element (`Add Button`), not what happened.
ELEMENTS = word_set(
    """
    accordion alert announcement avatar badge banner bar box breadcrumb btn button callout card carousel cell chart
    checkbox chip column cta details dialog dock drawer dropdown element field filter flow footer form grid header
    history home icon image indicator info input item items label link list logo map menu message modal mode module
    nav navbar notification option options overlay page pane panel picker pill placeholder popover popup preview
    prompt radio results row screen section select settings sheet sidebar slider spinner state step switch tab table
    tabs text thumbnail tile title toast toggle toolbar tooltip tour tray video view walkthrough widget window
    wizard
    """
)
OPENING = word_set(
    """
    close collapse dismiss display expand hide load maximize minimize open see show toggle view
    """
)
SHOWING_ERRORS = OPENING | word_set("clear encounter fix get handle hit ignore log report resolve")
# Pasts that describe a thing far more often than they tell what happened to it.
DESCRIBING = word_set(
    """
    advanced based combined dedicated detailed enhanced estimated expected extended featured fixed integrated
    limited nested preferred recommended related required restricted sponsored suggested supported trusted unlimited
    unread unused
    """
)

# Written as one word although it has humps, and how it is written in Title Case.
_BRANDS = """
    AirPods AirTag AppsFlyer BigQuery BitBucket ChatGPT ClickHouse CloudFront CloudWatch DeFi DevOps DocuSign
    DoorDash DuckDuckGo eBay eBook eCommerce eSignature eSIM FaceTime GitHub GitLab GraphQL HubSpot iCloud iFrame
    iMessage iOS IoT iPad iPadOS iPhone iPod iTunes JavaScript jQuery LaunchDarkly LinkedIn macOS MailChimp
    MasterCard MetaMask MongoDB MySQL NoSQL npm OAuth OAuth2 OffRamp OnRamp OpenAI OpenID PayPal PlayStation
    PostgreSQL PostHog PowerPoint QuickBooks SaaS SendGrid SharePoint ShareThis SnapChat SoundCloud StackOverflow
    TikTok tvOS TypeScript visionOS watchOS WebSocket WeChat WhatsApp WiFi WooCommerce WordPress YouTube
"""
# Names of their own, which keep their capital in Sentence case.
_PROPER = """
    Airbnb Alexa Amazon Amplitude Android Apple Asana Azure Discord Dropbox Facebook Figma Firebase Google Gmail Heap
    Instagram Intercom Jira Klarna Klaviyo Lyft Messenger Microsoft Mixpanel Netflix Notion Okta Outlook Pinterest
    Plaid Reddit Salesforce Shopify Siri Skype Slack Spotify Stripe Telegram Trello Twilio Twitch Twitter
    Uber Venmo Vimeo Xbox Yahoo Zapier Zendesk
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter
    English French German Italian Japanese Korean Portuguese Russian Spanish
"""
HUMPED = frozenset(_BRANDS.split())
BRANDS = {brand.lower(): brand for brand in [*_BRANDS.split(), *_PROPER.split()]}
BRAND_FORMS = frozenset(BRANDS.values())
ACRONYMS = word_set(
    """
    2fa 3d 3ds 4g 5g aba abn ach afk ai aml anr api apis apk apr aws b2b b2c bic bnpl bogo bps btc ccpa cdn ceo cfo
    ci cli cms cnr cpa cpc cpm cpu crm crud css csv cta ctas ctr cvc cvv dao db dkim dm dmarc dns dob dom dpi ein
    ens eod eoy eta etf eth eu eur ev faq faqs fcm fps ftp ftue fx ga4 gb gcp gdp gdpr gif gifs gps gpt gpu gst gtm
    gui hd hdd hdr hq hr html http https iam iap iban id ide idp ids ip ipa ipo ipv4 ipv6 isbn iso isp jpeg jpg js
    json jwt kpi kpis kyb kyc ldap llm llms lms ltv mb mcp mfa ml mp3 mp4 mrr msa mvp nda nfc nft nfts nps nsfw ocr
    oem oidc okr os otp p2p pc pci pdf pdfs pdp php pii plp png poc pos pr prd prs ps4 ps5 pto pwa qa qr rbac rfc
    rfp rfq roi rpc rpg rss rsvp s3 saml sca scim sdk sdks seo sepa sim sku skus sla slas slo smb sme sms smtp sql
    sre srp ssd ssh ssl ssn sso svg swot tcp tls tos totp ttl tv uat udp ugc ui uk uri url urls usa usb usd usdc
    usdt utc utm uuid ux vat vip vod voip vpc vpn vps vr wcag wysiwyg xls xlsx xml xp yaml yoy
    """
)
SMALL_WORDS = word_set(
    """
    a an and as at but by for from if in into nor of on onto or over per the to via vs with without
    """
)
DETERMINERS = word_set("a an my new our own that the this your")
