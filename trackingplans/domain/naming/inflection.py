"""English verb forms by rule: `submit` -> `submitted`, `begin` -> `begun`; and back from a regular past.

The rules and the irregular verbs were compared with lemminflect's dictionary (docs/decisions/0009).
"""

import re
from functools import lru_cache

from trackingplans.domain.naming.wordlists import word_set

# base: past, participle (when it is another word)
_IRREGULAR = """
    arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became become|begin began begun
    |bend bent|bet bet|bid bid|bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken
    |bring brought|broadcast broadcast|build built|burst burst|buy bought|cast cast|catch caught
    |choose chose chosen|come came come|cost cost|creep crept|cut cut|deal dealt|dig dug|do did done
    |draw drew drawn|drink drank drunk|drive drove driven|dwell dwelt|eat ate eaten|fall fell fallen|feed fed
    |feel felt|fight fought|find found|flee fled|fling flung|fly flew flown|forbid forbade forbidden
    |forecast forecast|foresee foresaw foreseen|forget forgot forgotten|forgive forgave forgiven
    |freeze froze frozen|get got got|give gave given|go went gone|grind ground|grow grew grown|hang hung|have had
    |hear heard|hide hid hidden|hit hit|hold held|hurt hurt|keep kept|kneel knelt|know knew known|lay laid
    |lead led|leap leapt|leave left|lend lent|let let|lose lost|make made|mean meant|meet met
    |mistake mistook mistaken|mow mowed mown|offset offset|outbid outbid|overdraw overdrew overdrawn
    |override overrode overridden|oversee oversaw overseen|overtake overtook overtaken
    |overwrite overwrote overwritten|pay paid|preset preset|proofread proofread|put put|quit quit|quiz quizzed
    |read read|rebuild rebuilt|redo redid redone|resell resold|resend resent|reset reset|rewind rewound
    |rewrite rewrote rewritten|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said|see saw seen
    |seek sought|sell sold|send sent|set set|sew sewed sewn|shake shook shaken|shed shed|shine shone|shoot shot
    |show showed shown|shrink shrank shrunk|shut shut|sing sang sung|sink sank sunk|sit sat|slay slew slain
    |sleep slept|slide slid|slit slit|speak spoke spoken|speed sped|spend spent|spin spun|split split
    |spread spread|spring sprang sprung|stand stood|steal stole stolen|stick stuck|sting stung|strike struck
    |string strung|strive strove striven|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken
    |teach taught|tear tore torn|tell told|think thought|throw threw thrown|typeset typeset|unbind unbound
    |undergo underwent undergone|understand understood|undertake undertook undertaken|undo undid undone
    |unfreeze unfroze unfrozen|uphold upheld|upset upset|wake woke woken|wear wore worn|weave wove woven|win won
    |wind wound|withdraw withdrew withdrawn|withhold withheld|withstand withstood|write wrote written
"""
IRREGULAR: dict[str, tuple[str, ...]] = {
    words[0]: tuple(words[1:]) for words in (entry.split() for entry in _IRREGULAR.split("|"))
}
_PREFIXES = ("re", "un", "over", "out", "pre", "mis", "auto", "under", "in", "back", "cross", "ghost")

# Stressed on the last syllable, so that the consonant is written twice: submitted, but edited.
_DOUBLED = word_set(
    """
    abet abhor abut acquit admit allot annul backlog befit begin bootleg commit compel concur confer control costar
    debar debug defer deter disbar dispel distil emit enrol equip excel expel extol forbid forget format fulfil
    impel incur infer instil inter kidnap occur omit outfit outwit overlap patrol permit prefer program propel
    readmit rebel rebut recur refer refit reformat regret remit reoccur repel resubmit retrofit scan snapshot submit
    transfer transmit upset zigzag
    """
)
_DOUBLED_ENDING = re.compile(
    r".(?:set|put|run|cut|bid|bed|drop|step|trap|strip|cap|map|plug|pin|zip|tag|ban|wrap|clip|flag)$"
)
_BOTH_WAYS = word_set(
    """
    cancel channel counsel dial enrol equal fuel label level model refuel signal total travel
    """
)
_BEFORE_E = (
    "at",
    "iz",
    "is",
    "v",
    "c",
    "u",
    "dg",
    "rg",
    "ng",
    "bl",
    "pl",
    "dl",
    "tl",
    "fl",
    "gl",
    "ur",
    "ir",
)
_ENDS_IN_C = word_set("frolic panic picnic traffic")
_VOWELS = re.compile(r"[aeiouy]+")
_ONE_CONSONANT = re.compile(r"[^aeiouy][aeiouy][bdfgklmnprtvz]$|^[aeiou][bdfgklmnprtvz]$|qu[aeiou][bdgmnpt]$")


@lru_cache(maxsize=4096)
def participle(lemma: str) -> str:
    """The past as event names use it: `begin` -> `begun`, `submit` -> `submitted`, `cancel` -> `cancelled`."""
    irregular = _irregular(lemma)
    if irregular:
        return irregular[-1]
    if lemma in _BOTH_WAYS:
        return lemma + lemma[-1] + "ed"
    return _regular(lemma)


def past_forms(lemma: str) -> frozenset[str]:
    """Everything that is read as a past of the verb: both spellings, simple past and participle."""
    irregular = _irregular(lemma)
    if irregular:
        return frozenset(irregular) | ({lemma + "ed"} if lemma in ("show", "broadcast") else frozenset())
    forms = {participle(lemma), _regular(lemma)}
    if lemma in _BOTH_WAYS:
        forms.add(lemma + "ed")
    return frozenset(forms)


def _irregular(lemma: str) -> tuple[str, ...] | None:
    if lemma in IRREGULAR:
        return IRREGULAR[lemma]
    for prefix in _PREFIXES:
        rest = lemma.removeprefix(prefix)
        if rest != lemma and rest in IRREGULAR:
            return tuple(prefix + form for form in IRREGULAR[rest])
    return None


def _regular(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ied"
    if lemma in _ENDS_IN_C:
        return lemma + "ked"
    return (lemma + lemma[-1] if _doubles(lemma) else lemma) + "ed"


def _doubles(lemma: str) -> bool:
    if lemma in _DOUBLED or _DOUBLED_ENDING.search(lemma):
        return True
    return len(_VOWELS.findall(lemma.replace("qu", "q"))) == 1 and bool(_ONE_CONSONANT.search(lemma))


def third_person(lemma: str) -> str:
    """`copy` -> `copies`, `press` -> `presses`, `view` -> `views`."""
    if lemma == "have":
        return "has"
    if lemma.endswith(("s", "x", "z", "ch", "sh", "do", "go", "to")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + "s"


def gerund(lemma: str) -> str:
    """`create` -> `creating`, `submit` -> `submitting`, `see` -> `seeing`."""
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    if lemma in _ENDS_IN_C:
        return lemma + "king"
    return (lemma + lemma[-1] if _doubles(lemma) or lemma in _BOTH_WAYS else lemma) + "ing"


def lemma_of_past(word: str) -> str:
    """The verb that a word in -ed is most likely the past of: `dragged` -> drag, `timed` -> time."""
    if word.endswith("ied"):
        return word[:-3] + "y"
    stem = word[:-2]
    is_double = len(stem) > 2 and stem[-1] == stem[-2]
    candidates = [stem[:-1], stem] if is_double else [stem, stem + "e"]
    if not is_double and stem.endswith(_BEFORE_E):
        candidates.reverse()
    return next((one for one in candidates if _regular(one) == word), candidates[0])
