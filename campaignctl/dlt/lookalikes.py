"""Characters that look like others, and what ASCII has in their place.

Word processors, chat programs and web pages put them into texts without asking; to the scrubbing they are
other characters, and most of them switch the whole message to Unicode.
"""

from __future__ import annotations

from collections.abc import Mapping

#: More that nobody sees (Unicode, Default_Ignorable_Code_Point): from which to which. The joiners, U+FE0E and U+FE0F are
#: none of them: Indian scripts and emoji need those.
_UNSEEN = (
    (0x180B, 0x180F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0D),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE01EF),
)

#: A character and what is meant: quotes, dashes, spaces and signs (dlt-rules, section 7: silent switches).
TYPOGRAPHIC: Mapping[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    "\u2026": "...",
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\u2800\u3164\uffa0", " "),
    **dict.fromkeys("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\ufeff", ""),
    **{chr(code): "" for low, high in _UNSEEN for code in range(low, high + 1)},
    **dict.fromkeys("\u2022\u00b7\u2027\u25cf\u25aa", "-"),
    **dict.fromkeys("\u2044\u2215", "/"),
    "\u02d0": ":",
    "\ua789": ":",
    "\u2236": ":",
    "\u20b9": "Rs",
    "\u20a8": "Rs",
    "\u2122": "TM",
    "\u00d7": "x",
}

#: Letters of other alphabets that are drawn like Latin ones (Unicode, confusables).
_CYRILLIC = "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455"
_GREEK = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
HOMOGLYPHS: Mapping[str, str] = {
    **dict(zip(_CYRILLIC, "ABEKMHOPCTYXIJSaeopcyxijs", strict=True)),
    **dict(zip(_GREEK, "ABEZHIKMNOPTYXov", strict=True)),
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}

LOOKALIKES: Mapping[str, str] = {**HOMOGLYPHS, **TYPOGRAPHIC}

#: For str.translate.
TO_ASCII = str.maketrans(dict(LOOKALIKES))


def stand_in(char: str) -> str | None:
    """Return what ASCII has in place of a character, None where nothing is meant by it but itself."""
    return LOOKALIKES.get(char)


def named(char: str) -> str:
    """Return a character as a sentence names it: `U+2019 RIGHT SINGLE QUOTATION MARK`."""
    from unicodedata import name

    return f"U+{ord(char):04X} {name(char, '')}".rstrip()
