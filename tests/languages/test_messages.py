"""The words of the pages in every language: none is missing, none lost its placeholders."""

from __future__ import annotations

import re

import pytest
from bench import messages as collected

from bookbuild.languages.messages import choose_catalogue, find_catalogue, list_catalogues
from bookbuild.preview.translation import translate_page

PLURAL_FORMS = {"id": 1, "ar": 6}
OTHERS = [tag for tag in list_catalogues() if tag != "en"]


def find_fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("tag", OTHERS)
def test_every_message_is_translated(tag: str) -> None:
    catalogue = find_catalogue(tag)
    there = {
        message if isinstance(message, str) else message[0]: message for _, message in collected.find_all_messages()
    }
    assert sorted(set(there) - set(catalogue.messages)) == []
    assert sorted(set(catalogue.messages) - set(there)) == []
    for key, message in there.items():
        forms = catalogue.messages[key]
        assert len(forms) == (1 if isinstance(message, str) else PLURAL_FORMS[tag]), key
        for form in forms:  # a form for one or two may say the number in words
            assert find_fields(form) <= find_fields(key), key
        assert find_fields(forms[-1]) == find_fields(key), key


def test_languages_are_chosen_by_base() -> None:
    assert choose_catalogue(["fr", "id_ID.UTF-8"]).tag == "id"
    assert choose_catalogue(["", "C", "xx"]).tag == "en"
    assert find_catalogue("ar").direction == "rtl"


def test_a_page_keeps_its_mark_up() -> None:
    page = '<!doctype html><html><head><title>Books</title></head><body><p>Save <b translate="no">Save</b> &lt;i&gt;</p><input placeholder="Search"></body></html>'
    translated = translate_page(page, find_catalogue("id"))
    assert '<p>Simpan <b translate="no">Save</b> &lt;i&gt;</p>' in translated
    assert 'placeholder="Cari"' in translated
    assert '<html lang="id" dir="ltr">' in translated
    assert "</script>" not in translated.split('id="messages">')[1].split("</script>")[0]
