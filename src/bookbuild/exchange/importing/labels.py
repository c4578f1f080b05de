"""Write the numbers of lists and headings as other programs show them: أ, IV, (b), Article 3. Pure.

The kinds are those of Word (ST_NumberFormat, ISO/IEC 29500-1, 17.18.59); pandoc, web pages and OpenDocument use some of
them under names of their own.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

LABEL_START, LABEL_END = "\ue000", "\ue001"
"""Around a label in a document prepared for pandoc; private characters, which no text of a book may contain."""
_NO_BREAK_SPACE = "\u00a0"
_LETTERS = {
    "lowerLetter": ascii_lowercase,
    "upperLetter": ascii_uppercase,
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラム"
    "ウヰノオクヤマケフコエテアサキユメミシヱヒモセスン",
    "hindiVowels": "अआइईउऊऋऌऍएऐओऔ",
    "hindiConsonants": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
}
"""The letters of each kind, in order."""
_ALIASES = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "LowerAlpha": "lowerLetter",
    "UpperAlpha": "upperLetter",
    "LowerRoman": "lowerRoman",
    "UpperRoman": "upperRoman",
    "aiueo": "aiueoFullWidth",
    "iroha": "irohaFullWidth",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "hebrew": "hebrew1",
    "arabic-indic": "arabicDigits",
    "persian": "persianDigits",
    "devanagari": "hindiNumbers",
    "thai": "thaiNumbers",
    "أ, ب, ت, ...": "arabicAlpha",
    "أ, ب, ج, ...": "arabicAbjad",
    "א, ב, ג, ...": "hebrew1",
    "А, Б, .., Аа, Аб, ...": "russianUpper",
    "а, б, .., аа, аб, ...": "russianLower",
}
"""Names of pandoc, CSS, HTML and OpenDocument for kinds of Word."""
_ZEROS = {"hindiNumbers": "०", "thaiNumbers": "๐", "decimalFullWidth": "０", "arabicDigits": "٠", "persianDigits": "۰"}
_Signs = tuple[tuple[int, str], ...]
_ROMAN: _Signs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN += ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_HEBREW: _Signs = ((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"))
_HEBREW += ((50, "נ"), (40, "מ"), (30, "ל"), (20, "כ"), (16, "טז"), (15, "טו"), (10, "י"), (9, "ט"), (8, "ח"))
_HEBREW += ((7, "ז"), (6, "ו"), (5, "ה"), (4, "ד"), (3, "ג"), (2, "ב"), (1, "א"))
_CHINESE_DIGITS = "〇一二三四五六七八九"
_CHINESE = {
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "koreanCounting"),
    *("taiwaneseCountingThousand", "ideographDigital", "cjk-ideographic", "simp-chinese-informal"),
}
_LARGEST = 5000
"""Largest number that is written in letters."""
_DELIMITERS = {"OneParen": "{})", "TwoParens": "({})"}
_PLAIN_LABEL = re.compile(r"(0|[1-9]\d{0,8})([.)])")


def format_number(value: int, kind: str) -> str:
    """Return a number as a kind of numbering writes it; in digits where the kind is unknown or has no such number."""
    kind = _ALIASES.get(kind, kind)
    if kind in _ZEROS:
        return str(value).translate({ord("0") + n: ord(_ZEROS[kind]) + n for n in range(10)})
    if kind == "decimalZero":
        return f"{value:02}"
    if not 0 < value < _LARGEST:
        return str(value)
    if kind in {"lowerRoman", "upperRoman"}:
        roman = _add_up(value, _ROMAN)
        return roman.upper() if kind == "upperRoman" else roman
    if kind == "hebrew1":
        return _add_up(value, _HEBREW)
    if kind in _CHINESE:
        return _write_chinese(value)
    letters = _LETTERS.get(kind)
    if letters is None or (kind == "decimalEnclosedCircle" and value > len(letters)):
        return str(value)
    repeats, place = divmod(value - 1, len(letters))
    return letters[place] * (repeats + 1)  # a … z, aa, bb, as Word and LibreOffice write it


def _add_up(value: int, signs: _Signs) -> str:
    written = ""
    for worth, sign in signs:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def _write_chinese(value: int) -> str:
    """Write a number under 10,000 with signs for tens, hundreds and thousands."""
    written, gap = "", False
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, worth)
        if digit:
            written += ("〇" if gap and written else "") + _CHINESE_DIGITS[digit] + sign
        gap = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


def format_label(value: int, style: str, delimiter: str) -> str:
    """Return the label of a list's item, by pandoc's names of the style and delimiter of lists."""
    return _DELIMITERS.get(delimiter, "{}.").format(format_number(value, style))


def split_plain_label(label: str) -> tuple[int, str] | None:
    """Return number and delimiter of a label that Markdown can express, such as "3." and "3)"; else None."""
    match = _PLAIN_LABEL.fullmatch(label) if label.isascii() else None
    return (int(match[1]), match[2]) if match else None


def write_label(label: str) -> str:
    """Return a label as it stands before the words of an item in a page for pandoc, which splits text at spaces."""
    return f"{LABEL_START}{label.replace(' ', _NO_BREAK_SPACE)}{LABEL_END}"


def read_label(word: str) -> tuple[str, str] | None:
    """Return the label that a word of pandoc's tree begins with, and the rest of the word; None without a label."""
    if not word.startswith(LABEL_START):
        return None
    label, _, rest = word.removeprefix(LABEL_START).partition(LABEL_END)
    return label.replace(_NO_BREAK_SPACE, " "), rest
