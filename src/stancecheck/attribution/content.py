"""What a speaker holds, as a sentence that stands by itself.

A text that is compared with others must not need its article. So 'that' goes, 'I', 'we' and an opening 'he' or 'it'
become the speaker's name, and a full stop comes. How the content hangs on its cue decides the rest:

- **that, bare, quote, source**: the content itself. 'X said that no strikes were recorded' -> 'No strikes were recorded.'
- **denies**: what the speaker holds, which is the opposite. 'X denied that it had bombed the town' -> 'X had not bombed
  the town.', 'X denied any role' -> 'There was no role.' Where no place for 'not' is found, the denial itself is kept: 'X
  denied that the dam leaks.' (NLI models read that better than 'It is not true that the dam leaks.')
- **doubts**: nothing is held to be so or not so, and the text keeps who doubts: 'X was not aware of any help.'
- **to**: 'X vowed to leave' -> 'X will leave.' **order**: 'X urged Y to leave' -> 'Y should leave.'
- **gerund**: 'X accused Y of shelling the town' -> 'Y shelled the town.'
- **named**: 'X called the charge "pure invention"' -> 'The charge is pure invention.'
- **having**: 'X's remarks about Y having helped' -> 'Y had helped.'
"""

from __future__ import annotations

import re

from stancecheck.attribution.clauses import AUXILIARIES, NO_VERB_AFTER
from stancecheck.attribution.lexicon import names
from stancecheck.attribution.speaker import Speaker
from stancecheck.language.classes import word_class
from stancecheck.language.inflection import base_of_gerund, base_of_past, is_past, past_of_gerund, third_person

__all__ = ["as_sentence", "called", "decontextualize", "is_clause", "name_in_text", "negated", "without_marks"]

_MARKS = re.compile("[“”„‟«»\"＂]|``|''")
_LEAD = re.compile(r"^(?:[\s,;:—–-]+|(?:that|and|but|so)\b(?!\s+(?:is|was|are|were|would|will|he|she|it)\b.*^)\s+)+", re.I)
_THAT = re.compile(
    r"^(?:[\s,;:—–-]*)(?:that\s+(?!(?:is|isn['’]t|was|wasn['’]t|are|were|will|would|has|had|does|did|means|makes|should|could|can|"
    r"may|might|must|never|also|too|one|same|alone)\b))?",
    re.I,
)
_AND_THAT = re.compile(r"(\b(?:and|but)) that (?=(?:it|he|she|they|we|there|the|no|his|her|its|their|any|some)\b)")
_SUBJECTIVE = {"him": "he", "her": "she", "them": "they", "us": "we", "me": "I", "whom": "who"}
_FIRST = re.compile(
    r"\b(I|we|We|my|My|our|Our|me|us|ours|mine)\b(['’](?:m|re|ve|ll|d)\b)?(\s+\w+ly|\s+also|\s+never|\s+still)?(\s+[\w’']+)?"
)
# 'It was not clear whether': 'it' means nobody.
_EXPLETIVE = re.compile(
    r"it (?:is|was|would be|will be|remains|remained|seems|seemed|appears|appeared|took|takes)(?: \w+ly)?"
    r"(?: not| too| still| also| very)* "
    r"(?:(?:un)?clear|(?:im)?possible|(?:un)?likely|(?:un)?important|(?:un)?necessary|difficult|hard|easy|premature|early|late|time|"
    r"essential|vital|expected|believed|known|true|wrong|right|good|bad|that|up to|a|an|the)\b",
    re.I,
)
_FOR_ANOTHER = re.compile(r"\b(?:spokes\w+|lawyers?|attorney|counsel|solicitor|press secretary|campaign manager)\b", re.I)
# 'It had been submitted as final': most often a thing spoken of before.
_UNDERGONE = re.compile(
    r"(?:was|had been|has been|is|would be|will be) (?:\w+ly )?"
    r"(?!ask|inform|invit|notif|warn|pleas|concern|prepar)\w+(?:ed|tten)\b"
)
_CONTRACTIONS = {"m": " is", "re": " is", "ve": " has", "ll": " will", "d": " would"}
_CALLED = re.compile(r"(.+?)\s+(?:(?:as|at)\s+|(?=[“\"«„‘]))(.+)$", re.S)
_AUX = word_class("content", "aux")
_HALF_AUX = frozenset(("has", "have", "had", "do", "does", "did"))
_RELATES = frozenset(("which", "who", "whom", "whose", "where"))
_NO_VERBS = frozenset(
    ("as", "its", "his", "this", "us", "plus", "less", "towards", "hers", "theirs", "yours", "perhaps", "always")
)
_SHORTENED = re.compile(r"n['’]t$|['’](?:re|ll|m|ve|d)$|^(?:it|he|she|that|there|who|what|here)['’]s$")
_NO = frozenset(("no", "not", "never", "nobody", "nothing", "none", "neither"))
_NONE = {"any": "no", "anyone": "nobody", "anybody": "nobody", "anything": "nothing"}
_SPLITS_NOT = frozenset(("which", "who", "that", "because", "if", "when", "after", "before", "while", ",", "but"))


def without_marks(text: str) -> str:
    """The text without double quotation marks, blanks run together."""
    return " ".join(_MARKS.sub("", text).split())


def as_sentence(text: str) -> str:
    """The text with a capital in front and a full stop at the end."""
    body = _AND_THAT.sub(r"\1 ", _THAT.sub("", text)).rstrip(" ,;:—–-")
    if not body:
        return ""
    if body[-1] not in ".!?…":
        body += "."
    return body[0].upper() + body[1:]


def decontextualize(
    body: str, *, frame: str, commitment: str, clause: str, speaker: Speaker, quoted: bool, source: str = ""
) -> str:
    """The sentence that says what the speaker holds.

    Args:
        body: The content, without quotation marks.
        frame: How it hangs on the cue (see cues.toml).
        commitment: How far the speaker stands behind it.
        clause: From the cue to the end of the content, without the speaker.
        speaker: Who says it.
        quoted: Whether the body is the speaker's own words, in which 'I' and 'we' mean the speaker.
        source: Who says it, in the text's words ('Rotas leaked to this newspaper'); empty where they are a pronoun's.
    """
    name = name_in_text(speaker)
    who = source if source and not (speaker.person and speaker.named) else name
    whole = f"{who} {clause}" if who else clause
    if frame == "named":
        return as_sentence(body)
    if commitment == "doubts" or frame in ("unaware", "unsaid", "whether"):
        return as_sentence(whole)
    if frame in ("to", "order", "gerund", "having", "denied"):
        made = _by_frame(body, frame, commitment, name, speaker)
        if made is not None and commitment == "denies" and frame != "denied":
            made = negated(made)
        return as_sentence(made if made is not None else whole)
    body = _THAT.sub("", body)
    body = _first_person(body, speaker) if quoted else _third_person(body, speaker, source)
    if commitment == "denies":
        body = negated(body.rstrip(" .")) or whole
    return as_sentence(body)


def is_clause(body: str) -> bool:
    """Whether a content is a sentence, by a verb that no 'which' or 'who' opens: not 'nine nights on which nobody slept'."""
    words = [w.strip(",.;:()") for w in body.split()]
    for i, word in enumerate(words):
        lower, before = word.lower(), words[i - 1].lower() if i else ""
        if i and lower in _RELATES:
            return False
        modifies = (
            before in NO_VERB_AFTER
            or before.endswith(("'s", "’s"))
            or before[:1].isdigit()
            or before in ("", "any", "no", "some", "many", "several")
        )
        if lower in _AUX or _SHORTENED.search(lower) or (is_past(lower) and not modifies):
            return True
        if (
            lower.endswith("s")
            and not lower.endswith("ss")
            and word.isalpha()
            and word.islower()
            and lower not in _NO_VERBS
            and not modifies
        ):
            return True
    return False


def negated(clause: str) -> str | None:
    """The opposite of a clause, with 'not' at its main verb; None where rules cannot tell which verb that is."""
    words = clause.split()
    if words and (none := _NONE.get(words[0].lower())):
        return " ".join([none if words[1:2] != ["of"] or none != "no" else "none", *words[1:]])
    pasts: list[int] = []
    for i, word in enumerate(words):
        lower = word.lower()
        if lower in _NO:
            return None
        if i and lower in _AUX and i + 1 < len(words) and (lower not in _HALF_AUX or _participle(words[i + 1])):
            return None if pasts else " ".join([*words[: i + 1], "not", *words[i + 1 :]])
        if i and lower in _HALF_AUX and words[i + 1 : i + 2] == ["ever"] and not pasts:
            return " ".join([*words[: i + 1], "never", *words[i + 2 :]])
        if lower.isalpha() and is_past(lower) and (not i or words[i - 1].lower() not in NO_VERB_AFTER):
            pasts.append(i)
        if word.endswith(",") or lower in _SPLITS_NOT:
            break
    if len(pasts) != 1 or pasts[0] == 0 or words[pasts[0] + 1 : pasts[0] + 2] == ["by"]:
        return None
    return " ".join([*words[: pasts[0]], "did not", base_of_past(words[pasts[0]]), *words[pasts[0] + 1 :]])


def called(words: str) -> str | None:
    """What something is said to be, as a clause: 'the charge “pure invention”' -> 'the charge is “pure invention”'.

    Args:
        words: What follows the verb, quotation marks included.
    """
    match = _CALLED.match(words)
    if match is None or any(w in _AUX for w in match[1].split()):
        return None
    thing = _subject(match[1])
    head = re.split(r" (?:of|for|in|on|by|from|to|that) ", thing)[0].lower()
    many = head in ("they", "these", "those") or (head.endswith("s") and not head.endswith(("ss", "'s", "’s", "this")))
    return f"{thing} {'are' if many else 'is'} {match[2]}"


def name_in_text(speaker: Speaker) -> str:
    """The speaker as a subject in running text: 'the Russian Defence Ministry', 'Anna Berg'."""
    name = speaker.name or ""
    if not name:
        return ""
    first, last = name.split()[0], name.split()[-1].lower()
    if first.lower() in NO_VERB_AFTER:
        return f"{first.lower()}{name[len(first) :]}"
    return f"the {name}" if last in names().institutions or (not speaker.named and not last.endswith("s")) else name


def _by_frame(body: str, frame: str, commitment: str, name: str, speaker: Speaker) -> str | None:
    if frame == "to":
        if match := re.match(r"to have\s+(.*)$", body, re.S):
            return f"{name} had {match[1]}" if name else None
        rest = re.sub(r"^not to\s+", "not ", body)
        return f"{name} will {rest.removeprefix('to ')}" if name else None
    if frame == "order":
        match = re.match(r"(.+?)\s+(not\s+)?to\s+(?!(?:the|a|an|his|her|its|their)\b)([a-z].*)$", body, re.S)
        return f"{_subject(match[1])} should {match[2] or ''}{match[3]}" if match else None
    if frame == "gerund":
        match = re.match(r"(.+?)\s+(?:of|for|with)\s+(not\s+)?(\w+ing)\b(.*)$", body, re.S)
        return f"{_subject(match[1])} {_past(match)}{match[4]}" if match else None
    if frame == "having":
        match = re.match(r"(.+?)\s+(not\s+)?having\s+(.*)$", body, re.S)
        return f"{match[1]} had {match[2] or ''}{match[3]}" if match else None
    if match := re.match(r"(ever\s+)?having\s+(ever\s+)?(.*)$", body, re.S):
        return f"{name} had {'never' if match[1] or match[2] else 'not'} {match[3]}" if name else None
    if match := re.match(r"(\w{2,}ing)\s+(.*)$", body, re.S):
        return f"{name} did not {base_of_gerund(match[1])} {match[2]}" if name else None
    if match := re.match(r"any\s+(.*)$", body, re.S | re.I):
        return f"there was no {match[1]}"
    return None


def _past(match: re.Match[str]) -> str:
    gerund = match[3]
    if match[2]:
        return f"did not {base_of_gerund(gerund)}"
    if gerund == "being":
        return "was" if not match[1].lower().endswith(("s", "them")) else "were"
    return past_of_gerund(gerund)


def _subject(phrase: str) -> str:
    return _SUBJECTIVE.get(phrase.strip().lower(), phrase.strip())


def _first_person(body: str, speaker: Speaker) -> str:
    """'We are not aware' -> 'The Russian Defence Ministry is not aware', where the text says who 'we' are."""
    one = name_in_text(speaker) if speaker.name and speaker.named else ""
    many = _party_in_text(speaker)

    def replace(match: re.Match[str]) -> str:
        word, contracted, adverb, following = match[1], match[2], match[3] or "", match[4] or ""
        who = one if word in ("I", "my", "My", "me", "mine") else many
        before = body[: match.start()].split()[-1:] or [""]
        # 'World War I', 'Berg and I', 'do we know' are left as they are.
        if (
            not who
            or before[0].lower() in AUXILIARIES - {"to"} | {"and"}
            or (word == "I" and match.start() > 1 and before[0][:1].isupper())
        ):
            return match[0]
        if word.lower() in ("my", "our"):
            return f"{who}’s{adverb}{following}"
        if word in ("me", "us"):
            return f"{who}{adverb}{following}"
        if word in ("ours", "mine"):
            return match[0]
        if contracted:
            return f"{who}{_CONTRACTIONS[contracted[1:]]}{adverb}{following}"
        verb = following.strip()
        return f"{who}{adverb} {third_person(verb)}" if verb else f"{who}{adverb}"

    return _FIRST.sub(replace, body)


def _party_in_text(speaker: Speaker) -> str:
    party = speaker.party or ""
    if not party or (speaker.person and party == speaker.name):
        return ""
    return f"the {party}" if party.split()[-1].lower() in names().institutions or party.startswith("United ") else party


def _third_person(body: str, speaker: Speaker, source: str) -> str:
    """An opening 'he', 'it', 'they' or 'the ministry' that means the speaker, by name."""
    if speaker.person and _FOR_ANOTHER.search(source):
        return body  # 'her spokesman said that she had': whoever he speaks for
    name = name_in_text(speaker) if speaker.named else _party_in_text(speaker) if speaker.party != speaker.name else ""
    if not name:
        return body
    first, _, rest = body.partition(" ")
    lower = first.lower()
    if _EXPLETIVE.match(body) or (lower == "it" and _UNDERGONE.match(rest)):
        return body
    person = speaker.person and speaker.named
    means = lower in (names().persons if person else names().things)
    if means and rest:
        return f"{name} {rest}"
    owns = (lower in ("his", "her") and person) or (lower == "its" and not person)
    if owns and rest:
        return f"{name}’s {rest}"
    return body


def _participle(word: str) -> bool:
    lower = word.lower().strip(",.")
    return (
        lower.endswith(("ed", "en", "ne", "wn"))
        or lower in ("been", "made", "sent", "had", "left", "taken", "given")
        or is_past(lower)
    )
