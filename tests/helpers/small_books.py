"""Small books: good ones, one in several languages, and one with every construct of Markdown."""

from __future__ import annotations

import io

GOOD = {"ar.txt": "جملة أولى.\nجملة ثانية.\n", "id.txt": "Kalimat satu.\nKalimat dua.\n"}


def png(width: int = 8) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (width, 8)).save(out, "PNG")
    return out.getvalue()


MD = {"ar.md": "نص\n\n![صورة](images/a.png)\n", "id.md": "teks\n\n![gambar](images/a.png)\n"}

SAMPLES: dict[str, dict[str, str]] = {
    "ar id": {
        "ar.txt": 'كان الصباح باردًا.\nسأل المعلم: "من قرأ الصفحة 12 ؟"',
        "id.txt": 'Pagi itu dingin.\nGuru bertanya: "Siapa yang membaca halaman 12?"',
    },
    "en he": {
        "en.txt": 'The Lighthouse\nEvery evening the keeper climbed 217 steps.\n"Nobody thanks a lighthouse," he said.',
        "he.txt": 'המגדלור\nבכל ערב טיפס השומר 217 מדרגות.\n"איש אינו מודה למגדלור," אמר.',
    },
    "ja en": {
        "ja.txt": "朝の市場\n夜明け前、魚市場はもう人でいっぱいだった。\n1954年に建てられた。",
        "en.txt": "The Morning Market\nBefore dawn the fish market was already full.\nIt was built in 1954.",
    },
    "ar en id": {
        "ar.txt": 'كانت مريم تمشي كل صباح إلى المدرسة.\nقالت: "انظر!"',
        "en.txt": 'Every morning Maryam walked to school.\nShe said: "Look!"',
        "id.txt": 'Setiap pagi Maryam berjalan ke sekolah.\nKatanya: "Lihat!"',
    },
    "ru tr": {
        "ru.txt": 'Утро было холодным.\nУчитель спросил: "Кто читал?"',
        "tr.txt": 'Sabah soğuktu.\nÖğretmen sordu: "Kim okudu?"',
    },
}  # fmt: skip

RICH = {
    "id.md": """# Syair dan Catatan

Paragraf *pertama* dengan **tebal**, [tautan](https://example.org/a?b=1&c=2) dan `kode <b>`.[^1]

> Kutipan dari buku.

- satu
- dua

  masih dua

7. ketujuh

Burung terbang\\
di atas awan

---

## Bagian Kedua

<b>bukan markah</b> & tetap teks.[^x]

![Sebuah titik](images/dot.svg)

[^1]: Catatan *pertama*.

[^x]: Catatan kedua.

    Masih catatan kedua.
""",
    "ar.md": """# شعر وملاحظات

الفقرة *الأولى* فيها **خط عريض** و[رابط](https://example.org/a?b=1&c=2) و `kode <b>`.[^1]

> اقتباس من كتاب.

- واحد
- اثنان

  ما زال اثنان

7. السابع

طائر يطير\\
فوق الغيوم

---

## القسم الثاني

<b>ليست علامة</b> & تبقى نصًّا.[^x]

![نقطة](images/dot.svg)

[^1]: الملاحظة *الأولى*.

[^x]: الملاحظة الثانية.
""",
    "images/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>',
}
