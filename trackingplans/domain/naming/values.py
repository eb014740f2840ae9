"""Words that are values of one property: names that differ only in such a word are one event with that property."""

from trackingplans.domain.naming.wordlists import word_set

VALUES: dict[str, frozenset[str]] = {
    property: word_set(words)
    for property, words in {
        "color": "beige black blue brown cyan gold gray green grey magenta orange pink purple red silver teal "
        "turquoise violet white yellow",
        "platform": "android chromeos desktop ios ipad iphone linux mac macos mobile tablet web windows",
        "provider": "apple azure bitbucket discord dropbox facebook github gitlab google hubspot instagram "
        "linkedin microsoft okta outlook pinterest reddit salesforce slack snapchat spotify stripe telegram tiktok "
        "twitch twitter whatsapp x yahoo youtube zoom",
        "plan": "basic bronze enterprise free freemium gold hobby lite premium pro professional silver "
        "starter ultimate",
        "position": "bottom center footer header left middle right sidebar top topbar",
        "ordinal": "eighth fifth first fourth last ninth second seventh sixth tenth third",
        "frequency": "annual annually biweekly daily hourly monthly quarterly weekly yearly",
        "size": "big extra huge large medium mini small tiny xl xxl",
        "method": "ach applepay card cash cheque klarna paypal paypass sepa wire",
        "language": "chinese dutch english french german italian japanese korean portuguese russian spanish",
        "currency": "aud brl cad chf cny dollar eur euro gbp inr jpy usd yen",
        "weekday": "friday monday saturday sunday thursday tuesday wednesday",
        "month": "april august december february january july june march may november october september",
    }.items()
}
