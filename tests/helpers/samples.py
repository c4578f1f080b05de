"""A made book of three languages with every construct, several chapters and pages, for tests of whole outputs."""

from __future__ import annotations

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><rect width="60" height="40" fill="#999"/><circle cx="30" cy="20" r="12" fill="#fff"/></svg>'

_SENTENCES = {
    "ar": "في صباح كل يوم يفتح الحارس باب المكتبة رقم 12، ثم يرتب الكتب على الرفوف قبل أن يصل القراء من أحياء المدينة القديمة. ",
    "id": "Setiap pagi penjaga membuka pintu perpustakaan nomor 12, lalu menata buku di rak sebelum para pembaca datang dari kampung kota lama. ",
    "en": "Every morning the keeper opens the door of library number 12 and arranges the books before readers arrive from the old town. ",
}
_CHAPTER = {
    "ar": """# الفصل {n}

{long}

## مبنى NATO وشارع 1949

كلمة **عريضة** و*مؤكدة* و[رابط إلى ISO](https://example.org/a?b=1) ورمز `x = 1`.[^a]

> اقتباس من «كتاب قديم» (طبعة 1890).

- البند الأول
- البند الثاني: 25% من 1.000

1. أولًا
2. ثانيًا

قفا نبك من ذكرى حبيب ومنزل // بسقط اللوى بين الدخول فحومل\\
فتوضح فالمقراة لم يعف رسمها // لما نسجتها من جنوب وشمأل

| الشهر | المطر (mm) |
|---|---|
| يناير | 120 |
| فبراير | **95** |

![دائرة بيضاء](images/circle.svg "صورة 1: دائرة")

---

### تفصيل

{middle}

[^a]: حاشية عن ISO 216.
""",
    "id": """# Bab {n}

{long}

## Gedung NATO dan Jalan 1949

Kata **tebal** dan *ditekankan* dan [tautan ke ISO](https://example.org/a?b=1) dan kode `x = 1`.[^a]

> Kutipan dari “buku lama” (cetakan 1890), judulnya كتاب قديم.

- Butir pertama
- Butir kedua: 25% dari 1.000

1. Pertama
2. Kedua

Berhentilah, mari menangis // mengenang kekasih dan rumahnya\\
Tudih dan Miqrat belum lenyap // bekasnya ditenun angin

| Bulan | Hujan (mm) |
|---|---|
| Januari | 120 |
| Februari | **95** |

![Lingkaran putih](images/circle.svg "Gambar 1: lingkaran")

---

### Rincian

{middle}

[^a]: Catatan tentang ISO 216.
""",
    "en": """# Chapter {n}

{long}

## The NATO building and 1949 Street

A **bold** word and an *emphasised* one and a [link to ISO](https://example.org/a?b=1) and code `x = 1`.[^a]

> A quotation from “an old book” (printed in 1890), called كتاب قديم.

- First item
- Second item: 25% of 1,000

1. First
2. Second

Stop, let us weep // for a beloved and a home\\
Tudih and Miqrat have not faded // woven over by the winds

| Month | Rain (mm) |
|---|---|
| January | 120 |
| February | **95** |

![A white circle](images/circle.svg "Figure 1: a circle")

---

### Detail

{middle}

[^a]: A note on ISO 216.
""",
}
EQUATIONS = {
    "ar": r"""# معادلات

إذا كان $`a \neq 0`$ فإن للمعادلة $`ax^2 + bx + c = 0`$ حلين.[^1]

$$`x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}`$$

- المجموع هو $$`\sum_{i=1}^{n} i = \frac{n(n+1)}{2}`$$ لكل عدد $`n`$.

| المساحة | $`A = \pi r^2`$ |
|---|---|
| السعر | $5 |

[^1]: ومعها $`E = mc^2`$.
""",
    "id": r"""# Persamaan

Jika $`a \neq 0`$ maka persamaan $`ax^2 + bx + c = 0`$ mempunyai dua penyelesaian.[^1]

$$`x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}`$$

- Jumlahnya ialah $$`\sum_{i=1}^{n} i = \frac{n(n+1)}{2}`$$ untuk setiap $`n`$.

| Luas | $`A = \pi r^2`$ |
|---|---|
| Harga | $5 |

[^1]: Dengan $`E = mc^2`$.
""",
    "en": r"""# Equations

If $`a \neq 0`$, the equation $`ax^2 + bx + c = 0`$ has two solutions.[^1]

$$`x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}`$$

- The sum is $$`\sum_{i=1}^{n} i = \frac{n(n+1)}{2}`$$ for every $`n`$.

| Area | $`A = \pi r^2`$ |
|---|---|
| Price | $5 |

[^1]: With $`E = mc^2`$.
""",
}
"""A chapter of mathematics: in a line, apart, in a list, a table and a note."""
TITLES = '[title]\nar = "كتاب البناء"\nid = "Buku Bangunan"\nen = "The Book of Building"\n'


def files(
    languages: tuple[str, ...] = ("ar", "id"), chapters: int = 2, *, config: str = "", brief: bool = False
) -> dict[str, str]:
    """The book's files; paragraphs are of several lengths, so that pages end in many ways, or there are few of them."""
    found = {"images/circle.svg": PICTURE}
    for tag in languages:
        for n in range(1, chapters + 1):
            paragraphs = "\n\n".join(
                _SENTENCES[tag].strip() + " " + (_SENTENCES[tag] * (k * 7 % 5)).strip()
                for k in range(n, n + (1 if brief else 9))
            )
            text = (
                _CHAPTER[tag]
                .replace("{n}", str(n))
                .replace("{long}", paragraphs)
                .replace("{middle}", _SENTENCES[tag] * 3)
            )
            found[f"{tag}/{n:02}.md"] = text
    titles = "\n".join(line for line in TITLES.splitlines() if line[:2] in ("[t", *languages))
    config = config or "[print]\ncontents = true"
    found["book.toml"] = f"languages = {list(languages)!r}\n{config}\n{titles}\n".replace("'", '"')
    return found
