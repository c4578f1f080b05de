"""A book that is read aloud, with sounds made for it."""

from __future__ import annotations

import math
import struct
from typing import Any


def sound(encoder: Any, seconds: float, rate: int = 16000) -> bytes:
    """A tone that changes every second, as MP3."""
    lame = encoder.Encoder()
    lame.set_bit_rate(32)
    lame.set_in_sample_rate(rate)
    lame.set_channels(1)
    lame.set_quality(7)
    wave = (int(3000 * math.sin(2 * math.pi * (220 + 40 * (t // rate)) * t / rate)) for t in range(int(rate * seconds)))
    return bytes(lame.encode(b"".join(struct.pack("<h", value) for value in wave)) + lame.flush())


def spoken_book(encoder: Any) -> dict[str, str | bytes]:
    return {
        "ar.md": "# عنوان\n\n## فصل\n\nنص أول.\n\nنص ثان.",
        "id.md": "# Judul\n\n## Bab\n\nTeks satu.\n\nTeks dua.",
        "book.toml": '[title]\nar = "كتاب"\nid = "Buku"\n[[creators]]\nrole = "narrator"\nname = {id = "Pembaca"}',
        "audio/ar.mp3": sound(encoder, 4.5),
        "audio/ar.txt": "0.0\t1.0\tu1\n",
        "audio/id.mp3": sound(encoder, 4.5),
        "audio/id.vtt": "WEBVTT\n",
    } | {
        # labels in order, without words; a cue each for the second, by the ids of units
        "ar.md": "# عنوان\n\nنص أول.\n\nنص ثان.",
        "id.md": "# Judul\n\nTeks satu.\n\nTeks dua.",
        "audio/ar.txt": "0,0\t0,8\t\n0,8\t1,6\t\n1,6\t2,4\t\n",
        "audio/id.vtt": "WEBVTT\n\nh1\n00:00.000 --> 00:00.800\nJudul\n\n1\n00:00.800 --> 00:01.600\nTeks\n\n2\n00:01.600 --> 00:02.400\nTeks\n",
    }
