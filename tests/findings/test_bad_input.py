"""Bad input, kind by kind: told in one line each, and the earlier outputs stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, write
from small_books import GOOD, MD, png

# kind: files that replace or join the good ones (None removes one), then the lines that must be said
CASES: dict[str, tuple[dict[str, str | bytes | None], list[str]]] = {
    "not UTF-8": (
        {"id.txt": b"Kalimat satu.\nKalimat \xe9 dua.\n"},
        ["source/book/id.txt:2: the text is not UTF-8 (byte 0xE9): open it in your editor and save it as UTF-8 (in Word: Save As, Plain Text, Unicode UTF-8) [T001]"],
    ),
    "UTF-16": (
        {"id.txt": "Kalimat satu.".encode("utf-16")},
        ["source/book/id.txt:1: the text is saved as UTF-16, not as UTF-8: open it in your editor and save it as UTF-8 (in Word: Save As, Plain Text, Unicode UTF-8) [T001]"],
    ),
    "an office document": (
        {"id.txt": b"PK\x03\x04\xff\xff"},
        ["source/book/id.txt:1: this is an office document or archive, not a plain text: open it in your editor and save it as UTF-8 (in Word: Save As, Plain Text, Unicode UTF-8) [T001]"],
    ),
    "control characters": (
        {"ar.txt": "جملة\x07 أولى.\nجملة\x00.\n"},
        [
            "source/book/ar.txt:1: the character U+0007 in column 5 is a control character or unassigned: delete it [T002]",
            "source/book/ar.txt:2: the character U+0000 in column 5 is a control character or unassigned: delete it [T002]",
        ],
    ),
    "an empty text": (
        {"id.txt": " \n\n\t\n"},
        ["source/book/id.txt: the text is empty: put the text into it [T003]"],
    ),
    "a text too large": (
        {"id.txt": b"a" * (33 * 1024 * 1024)},
        ["source/book/id.txt: the text is too large (33 MiB): split it into chapters, one file each, of at most 32 MiB [T004]"],
    ),
    "one paragraph too few": (
        {"ar.txt": "نعم، هذه هي الجملة الأولى.\nلا.\nوهذه هي الجملة الثالثة.\n", "id.txt": "Ya, inilah kalimat pertama.\nInilah kalimat ketiga.\n"},
        [
            ("source/book/ar.txt:2: ar and id do not match paragraph by paragraph (ar has 3 paragraphs and headings, id has 2); they seem to diverge here or soon after: "
            "ar “نعم، هذه هي الجملة الأولى.” (line 1), then “لا.” (line 2) beside id “Ya, inilah kalimat pertama.” (line 1), then “Inilah kalimat "
            "ketiga.” (line 2): find the 1 extra paragraph of ar (around source/book/ar.txt:2) and join, split or translate it; or run `bookbuild align --book NAME`, which proposes pairs for you to check [A001]")
        ],
    ),
    "one language": (
        {"id.txt": None},
        ["source/book: a book needs its text in two languages or more; found: only ar: add the other text, for example id.txt [P001]"],
    ),
    "a name that is no language": (
        {"id.txt": None, "indonesian.txt": "Kalimat satu.\nKalimat dua.\n"},
        ["source/book/indonesian.txt: 'indonesian' is not a language tag: rename it to id.txt, or put an underscore before the name [P002]"],
    ),
    "two texts of a language": (
        {"id.md": "Kalimat satu.\n\nKalimat dua.\n"},
        ["source/book/id.txt: id has two texts, this one and source/book/id.md: keep one of them [P003]"],
    ),
    "a chapter without a partner": (
        {"ar.txt": None, "id.txt": None, "ar/01.txt": "أ.", "ar/02.txt": "ب.", "id/01.txt": "A."},
        ["source/book/id: id has no chapter '02', which ar has: add the file, or remove its partners [P004]"],
    ),
    "broken TOML": (
        {"book.toml": "title = Judul\n"},
        ['source/book/book.toml:1: the text is not in quotation marks: write title = "Judul" [C001]'],
    ),
    "an unknown key": (
        {"book.toml": "\ntittle = 'x'\n"},
        ["source/book/book.toml:2: the key 'tittle' is not known: did you mean 'title'?"],
    ),
    "a wrong value": (
        {"book.toml": "headings = 'guess'\n"},
        ["source/book/book.toml:1: headings is 'guess', which is not allowed: write one of inferred, none [C003]"],
    ),
    "languages that are not there": (
        {"book.toml": "languages = ['ar', 'en']\n"},
        [
            "source/book/book.toml:1: languages lists 'en', which has no text: add the text en.txt or take en out of the list [C004]",
            "source/book/book.toml:1: languages lacks 'id', which has a text: add it to the list or put an underscore before the file's name [C004]",
        ],
    ),
    "a character without a font": (
        {"id.txt": "Kalimat satu.\nKalimat ดี dua.\n"},
        ["source/book/id.txt:2: no font for id has 'ด' (U+0E14), 'ี' (U+0E35) (chosen: Crimson Text): install Noto Sans Thai: "],  # F001,
    ),
    "an unknown font": (
        {"book.toml": "[fonts]\nid = 'Crimson Txt'\n"},
        ["source/book/book.toml:2: fonts.id is 'Crimson Txt', which is not there: did you mean 'Crimson Text'?"],
    ),
    "a missing image": (
        {**MD, "ar.txt": None, "id.txt": None, "images/b.png": png()},
        ["source/book/ar.md:3: there is no image 'images/a.png': did you mean 'images/b.png'? [I001]"],
    ),
    "a damaged image": (
        {**MD, "ar.txt": None, "id.txt": None, "images/a.png": png()[:40]},
        ["source/book/ar.md:3: the image 'images/a.png' is damaged or of an unknown kind: save it again as PNG or JPEG [I001]"],
    ),
    "an image with a program in it": (
        {"ar.md": "![ص](a.svg)", "id.md": "![g](a.svg)", "ar.txt": None, "id.txt": None,
         "a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'},
        ["source/book/ar.md:1: the image 'a.svg' has scripts, links to other files, or is not SVG: export it as plain SVG or PNG [I001]"],
    ),
    "an image outside the project": (
        {"ar.md": "![ص](../../../x.png)", "id.md": "teks", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: the image '../../../x.png' lies outside the book's folder: copy it to images/ there [P005]"],
    ),
    "a link to nowhere": (
        {"ar.md": "نص", "id.md": "[x](file:///etc/passwd)", "ar.txt": None, "id.txt": None},
        ["source/book/id.md:1: the link 'file:///etc/passwd' is not a web or mail address: write a full address that begins with http, https, mailto [T006]"],
    ),
    "a note that is not given": (
        {"ar.md": "نص[^1]", "id.md": "teks", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: the note [^1] is not defined: add a paragraph [^1]: … [T005]"],
    ),
    "a broken layout": (
        {"handout.html": "<html>\n{% for %}\n</html>"},
        ["source/book/handout.html:2: the layout is broken ("],
    ),
    "a layout that names what is not there": (
        {"handout.html": "<html>\n\n{{ documnet.title }}</html>"},
        ["source/book/handout.html:3: the layout is broken ('documnet' is undefined): fix it, or delete it to use ours [L001]"],
    ),
    "a layout that reaches for the machine": (
        {"handout.html": "{{ ''.__class__.__mro__ }}"},
        ["source/book/handout.html:1: the layout is broken ("],
    ),
    "a layout that loses a paragraph": (
        {"handout.html": "<html lang=ar><p id=u1-ar>جملة أولى.</p><p id=u1-id>Kalimat satu.</p><p id=u2-ar>جملة</p></html>"},
        [
            "source/book/ar.txt:2: book.pdf lacks the end of this paragraph: “ ثانية.”:",
            "source/book/id.txt:2: book.pdf lacks this paragraph: “Kalimat dua.”:",
        ],
    ),
    "a stylesheet that asks for a file of the machine": (
        {"book.css": "body { background: url(file:///etc/passwd) }"},
        ["source/book/book.css:1: a layout or stylesheet asks for 'file:///etc/passwd', which is not part of the book: copy the file into the book's folder or remove the rule [L002]",
            "source/book/book.css:1: the stylesheet names another file, which the e-book has not"],
    ),
    "a stylesheet that asks the network": (
        {"book.css": "@import 'https://example.org/x.css';"},
        ["source/book/book.css:1: a layout or stylesheet asks for 'https://example.org/x.css', which is not part of the book",
            "source/book/book.css:1: the stylesheet imports another one"],
    ),
    "a stylesheet that names a direction for e-books": (
        {"ebook.css": "p { color: black }\n@media print { p { direction: rtl } }"},
        ["source/book/ebook.css:2: direction must not stand in an e-book's stylesheet: delete it: direction comes from the language [L002]"],
    ),
    "lines nested too deeply": (
        {"ar.md": "> > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > dalam\n\nsesudah\n", "id.md": "> > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > dalam\n\nsesudah\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: the line “> > > > > > > > > > > > > > > > > > > > ” would be lost: nest it less deeply, and define each note once [T007]", "source/book/id.md:1: the line"],
    ),
    "a note given twice": (
        {"ar.md": "A[^1] b.\n\n[^1]: satu\n\n[^1]: dua\n", "id.md": "A[^1] b.\n\n[^1]: satu\n\n[^1]: dua\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:3: the line “[^1]: satu” is a link definition that no link uses", "source/book/id.md:3: "],
    ),
    "a speaker that looks like a link's address": (
        {"ar.md": "Dialog.\n\n[Guru]: Halo\n", "id.md": "Dialog.\n\n[Guru]: Halo\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:3: the line “[Guru]: Halo” is a link definition that no link uses: if it is text, put a backslash before the [; if not, delete it [T007]", "source/book/id.md:3: "],
    ),
    "an empty note": (
        {"ar.md": "A[^1] b.\n\n[^1]:\n", "id.md": "A[^1] b.\n\n[^1]:\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: the note [^1] is empty: write it or delete it [T005]", "source/book/id.md:1: "],
    ),
    "a heading without words": (
        {"ar.md": "#\n\nteks\n", "id.md": "#\n\nteks\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: a heading has no text for the table of contents: write its text, also beside a picture [T007]", "source/book/id.md:1: "],
    ),
    "links that are none": (
        {"ar.md": "[x](http://x.org:abc) [y](http:foo) [z](https://x.org/%zz)", "id.md": "[x](http://x.org:abc) [y](http:foo) [z](https://x.org/%zz)", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: the link 'http://x.org:abc' is malformed", "source/book/ar.md:1: the link 'http:foo' is not a web or mail address", "source/book/ar.md:1: the link 'https://x.org/%zz' has a % that begins no escape: write it as %25 [T006]", "source/book/id.md:1: ", "source/book/id.md:1: ", "source/book/id.md:1: "],
    ),
    "control characters as entities": (
        {"ar.md": "a&#13;b", "id.md": "a&#13;b", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: an entity stands for the control character U+000D: delete it [T002]", "source/book/id.md:1: "],
    ),
    "marks nested too deeply": (
        {"ar.md": "****************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************a****************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************", "id.md": "****************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************a****************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************************", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: ", "source/book/id.md:1: "],
    ),
    "words for a language that the book has not": (
        {"book.toml": "[title]\nfr = 'Seulement'\n"},
        ["source/book/book.toml:2: title has an entry for 'fr', which has no text: add the text fr.txt or take the entry out [C004]"],
    ),
    "a key with a hyphen": (
        {"book.toml": "sub-title = 'x'\n"},
        ["source/book/book.toml:1: the key 'sub-title' is not known: did you mean 'subtitle'?"],
    ),
    "TOML without end": (
        {"book.toml": "a = " + "[" * 5000},
        ["source/book/book.toml: not valid TOML: too deeply nested, or a number too long: see docs/reference/book-toml.md for what it may say [C001]"],
    ),
    "a day that never was": (
        {"book.toml": "date = '2024-02-31'"},
        ["source/book/book.toml:1: date "],
    ),
    "a picture that is drawn for ever": (
        {"ar.md": "![ص](a.svg)", "id.md": "![g](a.svg)", "ar.txt": None, "id.txt": None, "a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><use href="#a"/></g><use href="#a"/></svg>'},
        ["source/book/ar.md:1: the image 'a.svg' has scripts, links to other files, or is not SVG"],
    ),
    "a picture that hides its program": (
        {"ar.md": "![ص](a.svg)", "id.md": "![g](a.svg)", "ar.txt": None, "id.txt": None, "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg"><s:script>1</s:script></svg>'.encode("utf-16")},
        ["source/book/ar.md:1: the image 'a.svg' has scripts, links to other files, or is not SVG"],
    ),
    "a layout that includes a file of the machine": (
        {"chapter.xhtml": "{% include '../../../../../../etc/passwd' %}"},
        ["source/book/chapter.xhtml:1: the layout is broken ("],
    ),
    "a layout without end": (
        {"handout.html": "{% include 'handout.html' %}"},
        ["source/book/handout.html:1: the layout is broken ("],
    ),
    "a layout with a script for e-books": (
        {"chapter.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>"},
        ["source/book/chapter.xhtml: the layout brings a script or a file from elsewhere into the e-book (script): take it out: an e-book has its own files only [L001]"],
    ),
    "a stylesheet with a file for e-books": (
        {"ebook.css": "p { background: url(x.png) }\n@import 'y.css';\np { color: red }}"},
        ["source/book/ebook.css:1: the stylesheet names another file", "source/book/ebook.css:2: the stylesheet imports another one",
            "source/book/ebook.css:3: the stylesheet is broken ("],
    ),
    "a layout that grows": (
        {"handout.html": "{% set n = namespace(x='x') %}\n{% for i in range(60) %}\n{% set n.x = n.x ~ n.x %}{% endfor %}"},
        ["source/book/handout.html:3: the layout is broken (it takes more than 1024 MiB of memory): "],
    ),
    "a layout that loops": (
        {"chapter.xhtml": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"},
        ["source/book/chapter.xhtml:1: the layout is broken (it takes more than 20 seconds): "],
    ),
    "a stylesheet that repeats a novel": (
        {"print.css": "p {}\n.t::before { content: '" + "a" * 3000 + "' }"},
        ["source/book/print.css:2: content has more than 2000 characters"],
    ),
    "a heading of many lines": (
        {"ar.md": "نص\n" * 900 + "===\n", "id.md": "teks\n", "ar.txt": None, "id.txt": None},
        ["source/book/ar.md:1: a heading has more than 2000 characters"],
    ),
    "a stylesheet without end": (
        {"book.css": "a{" * 3000},
        ["source/book/book.css:1: the renderer cannot follow this rule (", "source/book/book.css: the stylesheet is nested too deeply"],
    ),
}  # fmt: skip

SLOW = {"a layout that grows", "a layout that loops", "a stylesheet without end"}
"""Cases that run into a bound."""


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.slow if kind in SLOW else ()) for kind in CASES])
def test_bad_input_is_told_in_one_line_and_changes_nothing(kind: str, tmp_path: Path) -> None:
    files, expected = CASES[kind]
    book = tmp_path / "source" / "book"
    write(book, GOOD)
    write(tmp_path / "dist", {"book.pdf": b"earlier pdf", "book.epub": b"earlier epub"})
    for name, content in files.items():
        if content is None:
            (book / name).unlink()
        else:
            write(book, {name: content})
    done = command("build", "--root", str(tmp_path))
    assert done.status == 1, done
    problems = [line for line in done.lines if "not built" not in line]
    failed = [line for line in done.lines if "not built" in line]
    assert len(problems) == len(expected), problems
    for problem, start in zip(problems, expected, strict=True):
        assert problem.startswith(start), problem
    assert "Traceback" not in done.err + done.out
    left = {p.name: p.read_bytes() for p in (tmp_path / "dist").glob("book.*")}
    earlier = {"book.pdf": b"earlier pdf", "book.epub": b"earlier epub"}
    if failed == ["book: not built; earlier outputs are as they were"]:
        assert left == earlier
    else:  # the other one is right, and written
        (said,) = failed
        (name,) = [name for name in earlier if said.endswith(f"{name}: not built; an earlier one is as it was")]
        assert left.keys() == earlier.keys()
        assert [n for n, data in left.items() if data == earlier[n]] == [name]
