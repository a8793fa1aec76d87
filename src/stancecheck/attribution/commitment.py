"""How far a speaker stands behind what they say, by the cue and by the content's own words."""

from __future__ import annotations

import re

from stancecheck.attribution.lexicon import lexicon, names
from stancecheck.attribution.speakers import Speaker
from stancecheck.attribution.speech import Attribution
from stancecheck.data.statements import Commitment
from stancecheck.language.classes import word_class

__all__ = ["commitment_of"]

_UNAWARE = re.compile(
    r"\b(?:(?:not|never|n['’]t) (?:been )?(?:aware|know|seen|convinced|sure|established)|unaware|no knowledge|kn[eo]ws? of no|"
    r"(?:could|can|would)(?: not|not|n['’]t) (?:confirm|say|verify|comment|tell|rule)|too early to|impossible to say|"
    r"(?:no|not have (?:any )?)(?: ?(?:reliable|confirmed))? ?(?:information|record|trace)|not had time)\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|could be|perhaps|possibly|probably|apparently|(?:un)?likely|suspected|appeared to|seems|seemed)\b"
)
_AHEAD = re.compile(r"\b(?:will|would|shall|'ll|’ll|is to|are to)\b(?! have (?:been|\w+e[dn])\b)")
_IS = re.compile(r"\b(?:is|are)\b")
_FINITE = re.compile(r"\b(?:had|was|were|has|have|is|are|\w+ed)\b")
_FALSE = re.compile(
    r"\b(?:rumou?rs?|lies?|nonsense|fiction|fabricat\w+|invent\w+|false|untrue|baseless|unfounded|slander|hoax|fantasy|myth|"
    r"fairy ?tales?|gossip|propaganda|accusations?|absurd|massaged|monstrous|wrong|smear)\b",
    re.I,
)
_COMPLEMENT = re.compile(r" (?:by|of|for|with|in|on|about) ")  # 'confiscation by rumour' is no rumour
_CONCLUDES = frozenset(("show", "find", "conclude", "advise", "indicate", "demonstrate", "predict", "estimate"))
_REFUSES = frozenset(("dismiss", "reject", "deride", "ridicule", "denounce", "condemn"))
_STATEMENTS = {n.rstrip("s") for n in lexicon().nouns} | names().documents
_STATEMENTS |= {"this", "that", "it", "figure", "number", "estimate", "survey", "poll", "idea", "notion", "story"}
_LONGEST_PREDICATE = 6  # words: 'nonsense: every instalment was paid' says more than that something is false
_STARTS = word_class("rules", "subject_starts") | word_class("sentences", "openers")
_HEDGE_WINDOW = 80  # characters: a 'may' further on is seldom the main verb's


def commitment_of(attribution: Attribution, text: str, speaker: Speaker, *, passes_on: bool) -> Commitment:
    """The cue's commitment, changed by what the content says of itself: 'we are not aware', 'it may be', 'it would appeal'."""
    cue = Commitment(attribution.commitment)
    opening = text[:_HEDGE_WINDOW]
    if attribution.frame == "named":
        return _of_predicate(attribution, text)
    if cue not in (Commitment.ASSERTS, Commitment.ANNOUNCES):
        return cue
    if (unaware := _UNAWARE.search(opening)) and _is_own(opening[: unaware.start()], speaker):
        return Commitment.DOUBTS
    if passes_on:
        return Commitment.REPORTS
    ahead = _AHEAD.search(opening)
    if cue is Commitment.ANNOUNCES:
        return Commitment.ASSERTS if _FINITE.search(opening) and not ahead and attribution.frame != "to" else cue
    if _HEDGED.search(opening):
        return Commitment.HEDGES
    foretold = attribution.lemma in _CONCLUDES or (attribution.direct and ahead and ahead[0] == "would")
    return Commitment.ANNOUNCES if ahead and not foretold and _is_own(opening[: ahead.start()], speaker) else cue


def _of_predicate(attribution: Attribution, text: str) -> Commitment:
    """Of 'called the charge "pure invention"' and 'dismissed the report as "old news"': something said is denied."""
    subject, *rest = _IS.split(text, maxsplit=1)
    predicate = rest[0] if rest else ""
    short = len(predicate.split()) <= _LONGEST_PREDICATE
    denied = short and _FALSE.search(_COMPLEMENT.split(predicate, maxsplit=1)[0])
    statement = {w for w in re.findall(r"\w+", subject.lower()) if w in _STATEMENTS or w.rstrip("s") in _STATEMENTS}
    return Commitment.DENIES if denied or (statement and attribution.lemma in _REFUSES) else Commitment.ASSERTS


def _is_own(subject: str, speaker: Speaker) -> bool:
    """Whether the words before a verb name nobody but the speaker and those spoken for."""
    own = {w.casefold() for n in (speaker.name, speaker.party) if n for w in n.split()} | speaker.roles
    if subject.startswith("There ") or re.search(r"\b(?:if|unless)\b", subject):
        return False
    named = (w.casefold() for w in re.findall(r"[^\W\d_]+(?:-\w+)*", subject) if w[:1].isupper() and not w.endswith("ly"))
    return all(w in own or w in _STARTS or any(w[:5] == o[:5] for o in own) for w in named)
