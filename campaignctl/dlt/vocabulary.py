"""Words of registered texts that a rule looks for, in English and Hindi."""

from __future__ import annotations

import re

#: How texts say that one can leave (smslocal.in, rejection reasons: opt-out missing; approved promotional
#: templates of 2026).
_LEAVE = re.compile(r"opt(?:ing)?[ -]?out|unsub|do[ -]not[ -]disturb|/(?:dnd|stop)\b", re.IGNORECASE)
#: STOP is one in capitals, or after a word that asks for it; "non-stop" and "to stop by our cafe" are not.
_STOP = re.compile(
    r"\bDND\b|(?<![-\w])STOP(?![-\w])"
    r"|\b(?i:to|reply|send|sms|text|type|or)[ :]{1,2}[\"'(]?(?i:stop)\b(?! (?i:by|at|in)\b)"
)
#: Hindi and Marathi: stop, close, prevent, unsubscribe, membership, opt (out), take away, not wanted, not to get.
_HINDI = re.compile("स्टॉप|बंद|बन्द|रोकने|रोकें|अनसब्स|सदस्यता|ऑप्ट|हटने|हटाने|हटाएँ|हटाएं|नहीं चाहिए|न पाने|थांबव")
#: Bengali to Sinhala: scripts whose words are not known here.
_OTHER_SCRIPT = re.compile("[\u0980-\u0dff]")


def says_how_to_leave(text: str) -> bool | None:
    """Return whether a text has opt-out words; None where it is in a script whose words are not known here."""
    if _LEAVE.search(text) or _STOP.search(text) or _HINDI.search(text):
        return True
    return None if _OTHER_SCRIPT.search(text) else False
