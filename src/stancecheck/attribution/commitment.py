"""How far a speaker stands behind what they say, by the cue and by the content's own words."""

from __future__ import annotations

import re

from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.speaker import Speaker
from stancecheck.attribution.speech import Attribution
from stancecheck.data.statements import Commitment
from stancecheck.language.classes import word_class

__all__ = ["commitment_of"]

_UNAWARE = re.compile(
    r"(?:(?:\bnot|\bnever|n['’]t) (?:been )?(?:aware|know|convinced|sure|established)|"
    r"(?:\bnot|n['’]t) seen (?:that|the|this|any|it)|"
    r"\bnever heard of|\bunaware|\bno knowledge|\bkn[eo]ws? of no|\b(?:can|could) find no|"
    r"\b(?:could|can)(?: ?not|n?['’]t) (?:confirm|say|verify|comment|tell|rule|speak to)|"
    r"\bwould(?: not|n['’]t) (?:confirm|verify|comment)|\btoo early to|\bimpossible to say|\bbe (?:very )?surprised|"
    r"\bno(?: reliable| confirmed)? information|"
    r"(?:\bnot|n['’]t) have (?:any )?(?:reliable |confirmed )?(?:information|record)|\bnot had time)\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|[Pp]erhaps|[Pp]ossibly|[Pp]robably|[Aa]pparently|(?:un)?likely|suspected|"
    r"appeared to|seems|seemed|consistent with|"
    r"not be ruled out|[Ii]t['’]s possible|(?:[Mm]y|[Oo]ur) understanding|"
    r"could (?:be|have been)(?! (?:\w+ed|made|seen|heard|put|held)\b))\b"
)
_AHEAD = re.compile(
    r"(?:\b(?:will|would|shall|is to|are to|(?:am|is|are) going to)|['’]ll|['’](?:m|re) going to)\b"
    r"(?! (?:not )?have (?:been|\w+e[dn]|run|come|become|made|gone|lost|kept|got|put|cut|met|led|had|done|won|found)\b)"
)
_FORETOLD = re.compile(rf"\s+(?:not |never |only |also )*(?:{'|'.join(sorted(word_class('commitment', 'forecasts')))})\b")
_WISHED = re.compile(r"\s+(?:not |never )*(?:like|love|prefer|miss|say|note|think|be (?:surprised|glad|happy))\b")
_SUBJECT = re.compile(r"(?:it|he|she|they|we|i|nobody|his|her|its|their|our|my)\b", re.I)
_MAIN_VERB = re.compile(r"(?:(?!\b(?:that|which|who)\b).)*\b(?:had|was|were|has|have|did|so that)\b")
_OTHERS_SAID = re.compile(
    r"(?:In \d{4} )?(?!(?:I|You|What|There|(?i:we|it|he|she|they|his|her|its|their|no|nobody))\b)"
    r"((?:[^\s,.?!]+ ){1,8}?)(?:ha[ds] |have )?(?:once |always |also |just |then |twice )?"
    r"(?:(?:told|texted|assured|informed) (?:me|us|our|him|her|them|\w+s)|(?<!the )said|says|claimed|cabled)\b"
)
_I_WAS_TOLD = re.compile(
    r"(?:I|We) (?:was|were|have been|had been) told\b|"
    r"(?:He|She|They) (?:(?:once|always|then) )?(?:(?:told|texted) (?:me|us)|said|says)\b"
)
_IS = re.compile(r"\b(?:is|are)\b")
_FINITE = re.compile(r"\b(?:had|was|were|has|have)\b")
_PAST = re.compile(r"\b(?:had|was|were|has|have|is|are|\w+ed)\b")
_CLAUSES = frozenset(("that", "bare", "quote"))
_FALSE = re.compile(
    r"\b(?:rumou?rs?|lies?|nonsense|fiction|fabricat\w+|invent\w+|false|untrue|baseless|unfounded|slander|hoax|fantasy|myth|"
    r"fairy ?tales?|gossip|propaganda|accusations?|absurd|massaged|monstrous|wrong|smear)\b",
    re.I,
)
_COMPLEMENT = re.compile(r" (?:by|of|for|with|in|on|about) ")  # 'confiscation by rumour' is no rumour
_CONCLUDES = word_class("commitment", "concludes")
_FORETELLS = frozenset(("predict", "forecast", "reckon", "estimate", "calculate", "project"))
_REFUSES = frozenset(("dismiss", "reject", "deride", "ridicule", "denounce", "condemn"))
_STATEMENTS = {n.rstrip("s") for n in lexicon().nouns} | names().documents
_STATEMENTS |= {"this", "that", "it", "figure", "number", "estimate", "survey", "poll", "idea", "notion", "story"}
_LONGEST_PREDICATE = 6  # words: 'nonsense: every instalment was paid' says more than that something is false
_STARTS = word_class("rules", "subject_starts") | word_class("sentences", "openers")
_HEDGE_WINDOW = 80  # characters: a 'may' further on is seldom the main verb's


def commitment_of(attribution: Attribution, text: str, body: str, speaker: Speaker, *, passes_on: bool) -> Commitment:
    """The cue's commitment, changed by what the content says of itself: 'we are not aware', 'it may be', 'it would appeal'.

    Args:
        attribution: Who says it, and how.
        text: The statement.
        body: The content as it stands in the text.
        speaker: Whose it is.
        passes_on: Whether the content is that somebody else says something.
    """
    cue = Commitment(attribution.commitment)
    opening = text[:_HEDGE_WINDOW]
    if attribution.frame == "named":
        return _of_predicate(attribution, text)
    if cue not in (Commitment.ASSERTS, Commitment.ANNOUNCES):
        return cue
    if (unaware := _UNAWARE.search(opening)) and _is_own(opening[: unaware.start()], body, speaker):
        return Commitment.DOUBTS
    if cue is Commitment.ANNOUNCES:
        past = (_PAST if attribution.frame == "that" else _FINITE).search(opening)
        return Commitment.ASSERTS if past and not _AHEAD.search(opening) and attribution.frame in _CLAUSES else cue
    if attribution.lemma == "rule out":  # not denied: it was 'did not rule out'
        return Commitment.HEDGES
    others = _OTHERS_SAID.match(body)
    told = attribution.direct and _I_WAS_TOLD.match(body)
    if passes_on or told or (others and not _names_own(others[1], speaker)):
        return Commitment.REPORTS
    if _HEDGED.search(opening):
        return Commitment.HEDGES
    return Commitment.ANNOUNCES if _is_ahead(attribution, opening, body, speaker) else cue


def _is_ahead(attribution: Attribution, opening: str, body: str, speaker: Speaker) -> bool:
    """Whether the content is what the speaker's side will do, and no forecast, wish or conclusion."""
    if attribution.frame in ("gerund", "having") or attribution.lemma in _FORETELLS:
        return False
    own = _SUBJECT.match(body) is not None
    for ahead in _AHEAD.finditer(opening):
        subject, after = opening[: ahead.start()], opening[ahead.end() :]
        thing = not (own or (speaker.name and subject.strip().casefold().endswith(speaker.name.casefold())))
        forecast = thing and (attribution.lemma in _CONCLUDES or _FORETOLD.match(after))
        wished = _WISHED.match(after) or (attribution.direct and ahead[0] == "would")
        if not (forecast or wished or _MAIN_VERB.match(subject)) and _is_own(subject, body, speaker):
            return True
    return False


def _of_predicate(attribution: Attribution, text: str) -> Commitment:
    """Of 'called the charge "pure invention"' and 'dismissed the report as "old news"': something said is denied."""
    subject, *rest = _IS.split(text, maxsplit=1)
    predicate = rest[0] if rest else ""
    short = len(predicate.split()) <= _LONGEST_PREDICATE
    denied = short and _FALSE.search(_COMPLEMENT.split(predicate, maxsplit=1)[0])
    statement = {w for w in re.findall(r"\w+", subject.lower()) if w in _STATEMENTS or w.rstrip("s") in _STATEMENTS}
    return Commitment.DENIES if denied or (statement and attribution.lemma in _REFUSES) else Commitment.ASSERTS


def _names_own(subject: str, speaker: Speaker) -> bool:
    """Whether the words name the speaker's side."""
    own = {w.casefold() for n in (speaker.name, speaker.party) if n for w in n.split()} | speaker.roles
    return any(w.casefold() in own for w in re.findall(r"\w{3,}", subject))


def _is_own(subject: str, body: str, speaker: Speaker) -> bool:
    """Whether the words before a verb name nobody but the speaker and those spoken for."""
    own = {w.casefold() for n in (speaker.name, speaker.party) if n for w in n.split()} | speaker.roles
    first = re.match(r"[A-Z][a-z]+s (?=[a-z])", subject)  # 'Flights will resume'
    if body[:1].islower() or (first and first[0].strip().casefold() not in own):
        subject = subject[:1].lower() + subject[1:]
    if subject.startswith("There ") or re.search(r"\b(?:if|unless)\b", subject):
        return False
    named = (w.casefold() for w in re.findall(r"[^\W\d_]+(?:-\w+)*", subject) if w[:1].isupper() and not w.endswith("ly"))
    return all(w in own or w in _STARTS or any(w[:5] == o[:5] for o in own) for w in named)
