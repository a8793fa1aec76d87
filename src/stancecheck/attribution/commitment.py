"""How far a speaker stands behind what they say, by the cue and by the content's own words."""

from __future__ import annotations

import re

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
    r"\b(?:may|might|could have|could be|perhaps|possibly|probably|apparently|likely|appeared to|seems|seemed)\b"
)
_AHEAD = re.compile(r"\b(?:will|would|shall|'ll|’ll|is to|are to)\b(?! have\b)")
_BEHIND = re.compile(r"\b(?:had|was|were|has|have)\b")
_FALSE = re.compile(
    r"\b(?:rumou?rs?|lies?|nonsense|fiction|fabricat\w+|invent\w+|false|untrue|baseless|unfounded|slander|hoax|fantasy|myth|"
    r"fairy ?tales?|gossip|propaganda|accusations?|absurd|massaged|monstrous|wrong|smear|theatre)\b",
    re.I,
)
_STARTS = word_class("rules", "subject_starts") | word_class("sentences", "openers")
_HEDGE_WINDOW = 80  # characters: a 'may' further on is seldom the main verb's


def commitment_of(attribution: Attribution, text: str, speaker: Speaker, *, passes_on: bool) -> Commitment:
    """The cue's commitment, changed by what the content says of itself: 'we are not aware', 'it may be', 'it would appeal'."""
    cue = Commitment(attribution.commitment)
    opening = text[:_HEDGE_WINDOW]
    if attribution.frame == "named" and _FALSE.search(text):
        return Commitment.DENIES
    if cue not in (Commitment.ASSERTS, Commitment.ANNOUNCES):
        return cue
    if (unaware := _UNAWARE.search(opening)) and _is_own(opening[: unaware.start()], speaker):
        return Commitment.DOUBTS
    if passes_on:
        return Commitment.REPORTS
    ahead = _AHEAD.search(opening)
    if cue is Commitment.ANNOUNCES:
        return Commitment.ASSERTS if _BEHIND.search(opening) and not ahead and attribution.frame != "to" else cue
    if _HEDGED.search(opening):
        return Commitment.HEDGES
    return Commitment.ANNOUNCES if ahead and _is_own(opening[: ahead.start()], speaker) else cue


def _is_own(subject: str, speaker: Speaker) -> bool:
    """Whether the words before a verb name nobody but the speaker and those spoken for."""
    own = {w.casefold() for n in (speaker.name, speaker.party) if n for w in n.split()} | speaker.roles
    if subject.startswith("There ") or re.search(r"\b(?:if|unless)\b", subject):
        return False
    named = (w.casefold() for w in re.findall(r"[^\W\d_]+(?:-\w+)*", subject) if w[:1].isupper() and not w.endswith("ly"))
    return all(w in own or w in _STARTS or any(w[:5] == o[:5] for o in own) for w in named)
