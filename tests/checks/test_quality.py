"""The checks of texts: each finds the fault that was planted, and nothing in a book that has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import HERE, command

from bookbuild.book.folder import open_book
from bookbuild.book.load import load_book
from bookbuild.languages.detect import rank_languages
from bookbuild.model.findings import Finding
from bookbuild.model.project import Project, open_project

AR = [
    "كان للتنافس طويل الأمد بين الغرب والشرق فرصة لينتهي في ذلك العام.",
    "حاول المعسكر الاشتراكي الاقتراب من المعسكر الرأسمالي في أوروبا.",
    "قدم الاتحاد طلبا للانضمام إلى الناتو، وهذه المبادرة لها خلفيتها.",
    "كان السوفييت ينظرون إلى إنشاء الكتلة بموقف سلبي كما هو معروف.",
    "وقع الاتحاد معها اتفاقية تحالف في زمن الحرب العالمية الثانية.",
    "لم تظهر لحظة جديدة لتغيير العلاقات للأفضل إلا بعد وفاة الزعيم.",
    "وصل الرئيس الجديد إلى السلطة في الولايات المتحدة الأمريكية.",
    "دعا السلطات إلى تغيير مجرى التاريخ في خطاب مشهور أمام الناس.",
    "كان على القيادة مناقشة مشكلة ضمان الأمن الجماعي في أوروبا.",
    "أكد الممثلون للجمهور أن الحلف منظمة دفاعية لا غير.",
]
ID = [
    "Rivalitas jangka panjang antara Barat dan Timur sempat berpeluang berakhir pada tahun itu.",
    "Kubu sosialis berusaha mendekati kubu kapitalis di benua Eropa pada saat itu.",
    "Uni Soviet mengajukan permintaan untuk bergabung, dan inisiatif ini memiliki latar belakang.",
    "Pembentukan blok itu dirasakan oleh Soviet dengan sikap negatif, sebagaimana diketahui.",
    "Uni Soviet menandatangani perjanjian aliansi dengannya pada masa perang dunia kedua.",
    "Momen baru untuk mengubah hubungan menjadi lebih baik muncul setelah kematian sang pemimpin.",
    "Presiden yang baru berkuasa di Amerika Serikat dengan janji yang lain pada tahun itu.",
    "Ia menyerukan agar penguasa mengubah jalannya sejarah dalam pidato yang terkenal.",
    "Pimpinan harus membahas masalah memastikan keamanan kolektif di benua Eropa.",
    "Para wakil meyakinkan publik bahwa aliansi itu adalah organisasi pertahanan belaka.",
]


def found(project: Project) -> list[Finding]:
    return [f for f in load_book(project, open_book(project, "book")).findings if f.code.startswith("Q")]


def texts(ar: list[str], id_: list[str]) -> dict[str, str]:
    return {"ar.txt": "\n".join(ar) + "\n", "id.txt": "\n".join(id_) + "\n"}


def planted(n: int, ar: str | None = None, id_: str | None = None) -> dict[str, str]:
    left, right = [*AR], [*ID]
    if ar is not None:
        left[n] = ar
    if id_ is not None:
        right[n] = id_
    return texts(left, right)


FAULTS = [
    ("Q001", planted(3, id_=ID[3][:14] + "."), "id", "too short beside source/book/ar.txt:4"),
    ("Q002", planted(2, ar=AR[2] + " سنة ١٩٥٤.", id_=ID[2] + " tahun 1955."), "ar", "the number 1954 is in ar, but not in id"),
    ("Q003", planted(4, ar="وقع ذلك في 16 أبريل من تلك السنة، وكان يوما طويلا.", id_="Itu terjadi pada 16 Mei di tahun itu, hari yang panjang."), "id", "names month 5 where ar names 4"),
    ("Q004", planted(5, ar=AR[5] + " ثم جاء Eisenhower بعده."), "ar", "the name Eisenhower is not in id"),
    ("Q005", planted(6, id_=ID[6][:60] + " https://example.org/x."), "id", "the address https://example.org/x is in id"),
    ("Q007", planted(7, id_=AR[7]), "id", "id says the same as ar"),
    ("Q008", planted(8, id_="The leadership had to discuss the problem of ensuring collective security in Europe."), "id", "seems to be English (en)"),
    ("Q009", planted(9, id_=ID[8]), "id", "is already at source/book/id.txt:9"),
    ("Q010", planted(1, ar=AR[1] + "\u202b."), "ar", "controls of direction (U+202B)"),
    ("Q011", planted(1, ar="ﻛﺎن " + AR[1]), "ar", "fixed shape"),
    ("Q012", planted(1, ar=AR[1].replace("حاول", "حـــاول")), "ar", "tatweel"),
    ("Q013", planted(1, ar=AR[1].replace("ي", "ی", 1)), "ar", "another language's keyboard: ی (U+06CC)"),
    ("Q014", planted(2, ar=AR[2] + " (انظر.", id_=ID[2]), "ar", "the bracket ( has no partner"),
    ("Q015", planted(2, id_=ID[2] + " «Ya."), "id", "the quotation mark « has no partner"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "tag", "words"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_found(
    project: Callable[..., Project], code: str, files: dict[str, str], tag: str, words: str
) -> None:
    own = [f for f in found(project(files)) if f.code == code]
    assert len(own) >= 1
    assert any(words in f.message for f in own), own
    assert own[0].place.path == f"source/book/{tag}.txt"
    assert own[0].place.line is not None


def test_a_name_that_is_missing_once_is_found(project: Callable[..., Project]) -> None:
    ar = [f"قال ستالين كلمته رقم {word} أمام الناس." for word in ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة")]
    id_ = [f"Lalu Stalin menyampaikan kata {word} di depan orang." for word in ("satu", "dua", "tiga", "empat", "lima")]
    assert found(project(texts(ar, id_))) == []
    ar[3] = ar[3].replace("ستالين", "الرجل")
    own = found(project(texts(ar, id_)))
    assert [(f.code, f.place.path, f.place.line) for f in own] == [("Q004", "source/book/id.txt", 4)]
    assert "the name Stalin is not in ar" in own[0].message


def test_a_missing_translation_is_found(project: Callable[..., Project]) -> None:
    rows = "\n".join(f'"{a}","{b}"' for a, b in zip(AR, [*ID[:9], ""], strict=True))
    here = project({**texts(AR, ID[:9]), "aligned.csv": f"ar,id\n{rows}\n"})
    assert [(f.code, f.place.line) for f in found(here)] == [("Q006", 10)]


def test_words_with_and_without_vowel_marks_are_found_once(project: Callable[..., Project]) -> None:
    marked = ["كَتَبَ الوَلَدُ دَرْسَهُ في البيت.", "ثم كتب الولد درسه في البيت مرة أخرى."]
    own = [
        f
        for f in found(project(texts(marked, ["Anak itu menulis.", "Lalu anak itu menulis lagi."])))
        if f.code == "Q016"
    ]
    assert len(own) == 1
    assert "3 words have vowel marks" in own[0].message


def test_nothing_is_found_in_a_clean_text(project: Callable[..., Project]) -> None:
    assert found(project(texts(AR, ID))) == []


def test_nothing_is_found_in_the_first_book() -> None:
    source = open_project(HERE)
    assert [f for f in load_book(source, open_book(source, "nato-1954")).findings if f.code.startswith("Q")] == []


@pytest.mark.parametrize(
    ("ar", "id_"),
    [
        ("في ١٢٬٥٠٠ بيت.", "Di 12.500 rumah."),
        ("أولا 1) هذا 2) ذاك.", "Pertama a) ini, b) itu."),
        ('قال: «نعم» و"لا".', "Katanya: “Ya” dan „tidak“ dan »ya«."),
        ("سنة 1445هـ قرأ.", "Tahun 1445 H ia membaca."),
        ("في 3/4/1954 كتب.", "Pada 3 April 1954 ia menulis."),
        ("صلى الله عليه وسلم ﷺ.", "Semoga damai atasnya."),
        ("هذا ”كلام“ وذاك ”كلام“ آخر.", "Ini ”kata” dan itu ”kata” lain."),
        ("→ https://example.org/a/long/address/of/a/page", "→ https://example.org/a/long/address/of/a/page"),
    ],
)  # fmt: skip
def test_what_is_right_is_not_told(project: Callable[..., Project], ar: str, id_: str) -> None:
    assert found(project(texts([ar], [id_]))) == []


REAL = [
    ("ps", "هغه سړی ښه سړی دی، هغوی ډېر ښه خلک دي."),
    ("ug", "مەن ئۇيغۇر تىلىدا سۆزلەيمەن، كىتاب ئوقۇيمەن."),
    ("sd", "مان سنڌي ڳالهايان ٿو ۽ ڪتاب پڙهان ٿو."),
    ("ms-Arab", "ساي ممباچ کتاب اين ستياڤ هاري."),
    ("yi", "אַידישער פֿילם, פֿון ײַן און װאס."),
    ("ar", "قال ﴿كلام جميل﴾ ثم سكت، وقال ﴾كلام آخر﴿ ثم مشى."),
    ("ar", "وفقا لـ NATO والفتحة ـَ هنا، عام ١٤٤٥ هـ، وأُوْلَـٰٓئِكَ هم."),
]


@pytest.mark.parametrize(("tag", "text"), REAL)
def test_what_a_language_writes_is_not_asked_about(project: Callable[..., Project], tag: str, text: str) -> None:
    here = project({f"{tag}.md": text, "en.md": "Some words of English that stand beside the others."})
    about_letters = [str(f) for f in found(here) if f.code in {"Q010", "Q011", "Q012", "Q013", "Q014"}]
    assert about_letters == []


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("fa", "او می\u200fرود و کتاب را می‌خواند.", "Q010"),
        ("fa", "او كتاب را خواند.", "Q013"),
        ("ar", "ذهب الی البیت.", "Q013"),
        ("he", "\ufb20\ufb21 יום.", "Q011"),
    ],
)
def test_what_another_keyboard_wrote_is(project: Callable[..., Project], tag: str, text: str, code: str) -> None:
    here = project({f"{tag}.md": text, "en.md": "Some words of English that stand beside the others."})
    assert code in [f.code for f in found(here)]


@pytest.mark.parametrize(
    ("other", "said"),
    [("सन् १९५४ में १,२५,००० लोग आए।", []), ("सन् १९५५ में १२५००० लोग आए।", ["1954", "1955"])],
)
def test_numbers_are_compared_in_any_digits(project: Callable[..., Project], other: str, said: list[str]) -> None:
    here = project({"en.md": "In 1954 there came 125,000 people.", "hi.md": other})
    assert [f.message.split()[2] for f in found(here) if f.code == "Q002"] == said


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        (["מאמר י", "מאמר י״א", "מאמר י״ב"], []),
        (["מאמר 10", "מאמר 11", "מאמר י״ב"], ["12"]),
        (["מאמר י", "מאמר י״א"], ["10", "11"]),
    ],
)
def test_a_series_that_one_language_numbers_in_another_way_is_not_asked_about(
    project: Callable[..., Project], letters: list[str], said: list[str]
) -> None:
    english = [f"Article {10 + n}" for n in range(len(letters))]
    here = project({"en.txt": "\n\n".join(english), "he.txt": "\n\n".join(letters)})
    assert [f.message.split()[2] for f in found(here) if f.code == "Q002"] == said


@pytest.mark.parametrize(
    ("paragraphs", "rows"),
    [
        (["Ia berkata, “Satu.", "Dua.", "Tiga.”", "Empat."], []),
        (["“Satu,", "“Dua,", "“Tiga.”", "Empat."], []),
        (['Ia berkata, "Satu.', 'Dua."', "Tiga.", "Empat."], []),
        (["Satu (dua", "tiga) empat.", "Lima.", "Enam."], []),
        (["Satu.", "“Dua.", "Tiga.", "Empat."], [2]),
        (["“Satu.", "Dua.", "“Tiga.”", "Empat."], [1]),
        (["Satu.”", "“Dua.", "Tiga.", "Empat."], [1, 2]),
    ],
)
def test_quotations_may_run_over_paragraphs(
    project: Callable[..., Project], paragraphs: list[str], rows: list[int]
) -> None:
    here = project(texts(AR[:4], paragraphs))
    assert [f.place.line for f in found(here) if f.code in {"Q014", "Q015"}] == rows


def test_codes_can_be_ignored(project: Callable[..., Project]) -> None:
    here = project({**planted(1, ar=AR[1] + "\u202b (."), "book.toml": '[checks]\nignore = ["Q010"]\n'})
    assert [f.code for f in found(here)] == ["Q014"]
    (here.source / "book" / "book.toml").write_text('[checks]\nignore = ["Q"]\n', "utf-8")
    assert found(here) == []
    (here.source / "book" / "book.toml").write_text('[checks]\nignore = ["X1"]\n', "utf-8")
    run = command("build", "--root", str(here.root))
    assert (run.status, "book.toml:2: checks.ignore" in run.err) == (1, True)


def test_many_of_a_kind_are_counted_not_listed(project: Callable[..., Project]) -> None:
    here = project(texts([f"{a} (" for a in AR], ID))
    run = command("build", "--root", str(here.root))
    assert run.status == 0
    assert sum("[Q014]" in line for line in run.lines) == 6
    assert "5 more like these" in run.err
    assert run.err.count("build-report.json") == 1


def test_the_detector_knows_the_languages_of_books() -> None:
    assert max(rank_languages(ID[0]).items(), key=lambda p: p[1])[0] in {"id", "ms"}
    assert max(rank_languages(AR[0]).items(), key=lambda p: p[1])[0] == "ar"
