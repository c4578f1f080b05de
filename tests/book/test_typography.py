"""Typographic normalisation: the language's own punctuation, and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.book.typography import RULES, normalise_block
from bookbuild.languages.tables import find_language
from bookbuild.model.book import Block, Kind, Language
from bookbuild.model.findings import Place
from bookbuild.model.inline import Code, Emphasis, NoteReference, Strong, Text, plain

ALL = frozenset(RULES)


def lang(tag: str) -> Language:
    found = find_language(tag)
    assert found is not None
    return found


def block(*content: object) -> Block:
    return Block(Kind.PARAGRAPH, content, Place("x.txt", 1))  # type: ignore[arg-type]


def typeset(tag: str, text: str, rules: frozenset[str] = ALL) -> str:
    return normalise_block(block(Text(text)), lang(tag), rules)[0].text


@pytest.mark.parametrize(
    ("tag", "before", "after"),
    [
        # the real places of the first book
        ("ar", "في عام 1954 ، حينها", "في عام\u00a01954، حينها"),
        ("ar", 'وفاة "الزعيم" ووصول', "وفاة «الزعيم» ووصول"),
        ("ar", "السوفياتية و BSSR و SSR", "السوفياتية و\u00a0BSSR و\u00a0SSR"),
        ("id", 'kata-kata: "Kami siap untuk ini, apakah Anda siap?"', "kata-kata: “Kami siap untuk ini, apakah Anda siap?”"),
        # nested, at the edges, beside brackets
        ("id", "\"Dia bilang 'ya'.\"", "“Dia bilang ‘ya’.”"),
        ("ar", "\"قال 'نعم'\"", "«قال “نعم”»"),
        ("en", '("so")', "(“so”)"),
        ("en", "'single'", "“single”"),
        ("de", '"ja"', "„ja“"),
        ("fr", 'Il dit : "oui" ; non !', "Il dit\u00a0: «\u00a0oui\u00a0»\u202f; non\u202f!"),
        ("ja", '"はい"と', "「はい」と"),
        ("ru", 'в "доме"', "в\u00a0«доме»"),
        # apostrophes, primes, inches, Hebrew gershayim: not quotation marks
        ("id", "Jum'at, Qur'an, para guru'", "Jum’at, Qur’an, para guru'"),
        ("en", "the dogs' 5' 6\" pole", "the dogs' 5′ 6″ pole"),
        ("he", 'צה"ל אמר "כן"', "צה״ל אמר ”כן”"),
        ("he", "ג'ירפה", "ג׳ירפה"),
        ("en", 'He is 5\' 10" tall.', "He is 5′ 10″ tall."),
        ("en", "It costs 1'000 in the '90s.", "It costs 1'000 in the ’90s."),
        # a lone mark is left alone: a guess would change the sense
        ("id", 'satu " dua', 'satu " dua'),
        ("id", 'buka "tanpa tutup', 'buka "tanpa tutup'),
        # dots and ranges; dates, numbers, telephone numbers stay
        ("id", "tunggu... ya", "tunggu… ya"),
        ("id", "empat....", "empat...."),
        ("id", "1941-1945 dan 2024-11-22 dan 021-555-1234 dan 3-1 dan -5", "1941–1945 dan 2024-11-22 dan 021-555-1234 dan 3–1 dan -5"),
        ("he", "1968-1969", "1968-1969"),
        # after particles that are joined to the next word, slashes and colons; before a later paragraph's end
        ("ar", 'قال "نعم" و"لا" (وب"الشرق").', "قال «نعم» و«لا» (وب«الشرق»)."),
        ("ar", 'قال:"نعم".', "قال:«نعم»."),
        ("he", 'קראתי ב"הארץ" וב"מעריב" בארה"ב.', "קראתי ב”הארץ” וב”מעריב” בארה״ב."),
        ("en", 'The word "sun"/"moon".', "The word “sun”/“moon”."),
        ("en", "'tis a pity, and \"now\" too", "’tis a pity, and “now” too"),
        ("en", "the '90s \"rock'n'roll\"", "the ’90s “rock’n’roll”"),
        ("id", '"Satu, katanya.', "“Satu, katanya."),
        ("id", 'Satu", katanya "dua".', 'Satu", katanya "dua".'),
        # no-break spaces
        ("id", "hlm. 5", "hlm.\u00a05"),
        ("id", "pada 3 Januari 2020 dan tahun 1954", "pada 3\u00a0Januari\u00a02020 dan tahun\u00a01954"),
        ("ar", "في 31 مارس 1954", "في 31\u00a0مارس\u00a01954"),
        ("ar", "بعد 3 أيام", "بعد 3\u00a0أيام"),
        ("id", "5 km, 236 hari, 1.200 kg dan 1954 di", "5\u00a0km, 236\u00a0hari, 1.200\u00a0kg dan 1954 di"),
        ("en", "by J. R. R. Tolkien. A man", "by J.\u00a0R.\u00a0R.\u00a0Tolkien. A man"),
        ("fr", "Quoi ?! 12:30", "Quoi\u202f?! 12:30"),
        ("en", "Mr. Smith", "Mr.\u00a0Smith"),
        # soft hyphens show in Arabic
        ("ar", "كت\u00adاب", "كتاب"),
        ("id", "ki\u00adtab", "ki\u00adtab"),
    ],
)  # fmt: skip
def test_a_typed_text_becomes_what_a_printer_sets(tag: str, before: str, after: str) -> None:
    assert typeset(tag, before) == after


def test_marks_are_found_across_markup_and_notes() -> None:
    source = block(
        Text('kata "'), Emphasis((Text("Kami"),)), Text(' siap"'), NoteReference("1"), Text(". "), Code('"x"')
    )
    made, changes = normalise_block(source, lang("id"), ALL)
    assert made.content == (
        Text("kata “"), Emphasis((Text("Kami"),)), Text(" siap”"), NoteReference("1"), Text(". "), Code('"x"'),
    )  # fmt: skip
    assert [c.rule for c in changes] == ["quotes", "quotes"]


def test_each_rule_can_be_switched_off() -> None:
    text = 'قال "نعم" ، ثم... 1-2 و ab كت\u00adاب'
    assert typeset("ar", text, frozenset()) == text
    for rule in ("spaces", "quotes", "dots", "ranges", "no_break", "strip"):
        assert typeset("ar", text, frozenset({rule})) != text, rule
    assert typeset("id", "Jum'at", frozenset({"apostrophes"})) == "Jum’at"


SIGNS = st.text(alphabet="abأب1٢َّ \"'.،؛؟-:!«»“”()\n…\u00a0\u00ad", max_size=60)


@given(st.sampled_from(["ar", "id", "en", "fr", "he", "fa", "ja", "ru", "de"]), SIGNS, SIGNS)
def test_letters_marks_and_digits_are_never_touched(tag: str, one: str, two: str) -> None:
    source = block(Text(one), Strong((Text(two),)), Text(one))
    made, changes = normalise_block(source, lang(tag), ALL)
    assert letters(plain(made.content)) == letters(plain(source.content))
    assert bool(changes) == (made.text != source.text) or made.content != source.content


@given(st.sampled_from(["ar", "id", "en", "fr", "he"]), SIGNS)
def test_what_is_typeset_stays_as_it_is(tag: str, text: str) -> None:
    once = typeset(tag, text)
    assert typeset(tag, once, ALL - {"spaces"}) == typeset(tag, typeset(tag, once, ALL - {"spaces"}), ALL - {"spaces"})


def letters(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] in "LMN")
