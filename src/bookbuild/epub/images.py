"""Pictures for e-books: scaled and rewritten where stores or old readers would refuse them; SVG stays SVG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bookbuild.book.images import Picture
from bookbuild.epub import svg

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 2560
"""Pixels of the longer side: what the sharpest readers show on a whole page."""
MOST_PIXELS = 5_600_000
"""Apple's asset guide: larger pictures are refused."""
LARGEST = 4 * 1024 * 1024
"""Bytes; Amazon's publishing guidelines take up to 5 MB a picture."""
_SAFE = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
"""Kinds that every reader knows; WebP came with EPUB 3.3."""
_ATTEMPTS = (("PNG", 0), ("JPEG", 88), ("JPEG", 75), ("JPEG", 60), ("JPEG", 40))
"""Kinds and their quality, 0 to 95: at 88 no loss is seen beside the original."""
_ORIENTATION = 0x0112
"""EXIF tag: how a camera was held, which not every reader looks at."""


def fit_pictures(images: Mapping[str, Picture]) -> dict[str, Picture]:
    """Return the pictures as e-books may have them; those that are right are passed on byte for byte."""
    return {source: fit_picture(picture) for source, picture in images.items()}


def fit_picture(picture: Picture) -> Picture:
    """Fit one picture."""
    if picture.media_type == "image/svg+xml":
        return replace(picture, data=svg.fix_svg(picture.data))
    from PIL import Image as Pillow

    with warnings.catch_warnings(), Pillow.open(io.BytesIO(picture.data)) as opened:
        warnings.simplefilter("ignore", UserWarning)  # EXIF data that end too early; images.py has looked at the rest
        kind = opened.format or ""
        if _is_fit(opened, kind, len(picture.data)):
            return picture
        opened.seek(0)
        data, media_type, extension = _write_picture(_turn_upright(opened), lossy=kind in {"JPEG", "MPO"})
    return replace(picture, name=picture.name.rpartition(".")[0] + extension, media_type=media_type, data=data)


def _is_fit(opened: Image, kind: str, size: int) -> bool:
    return (
        kind in _SAFE
        and max(opened.size) <= LONGEST
        and opened.width * opened.height <= MOST_PIXELS
        and size <= LARGEST
        and opened.mode in {"1", "L", "P", "RGB"}
        and "transparency" not in opened.info  # white paper at day is black at night (Apple's, Kobo's, Amazon's guides)
        and not getattr(opened, "is_animated", False)  # what moves may flash
        and opened.getexif().get(_ORIENTATION, 1) == 1
    )


def _turn_upright(opened: Image) -> Image:
    """Return the picture upright, on white, in eight bits of sRGB, within the limits."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(opened)
    if upright.mode.startswith("I") or upright.mode == "F":  # sixteen bits, which convert() would cut off
        upright = upright.convert("F").point(lambda value: value * (255 / 65535) + 0.5).convert("L")
    if upright.mode in {"LA", "PA", "RGBA", "RGBa"} or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Pillow.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    plain = _convert_to_srgb(upright, "L" if upright.mode in {"1", "L"} else "RGB")
    scale = min(1.0, LONGEST / max(plain.size), (MOST_PIXELS / (plain.width * plain.height)) ** 0.5)
    if scale < 1.0:
        size = (max(1, int(plain.width * scale)), max(1, int(plain.height * scale)))
        plain = plain.resize(size, Pillow.Resampling.LANCZOS)
    return plain


def _convert_to_srgb(picture: Image, mode: str) -> Image:
    """Convert colours by the picture's own profile, where it has one that can be read."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"} and mode == "RGB":
        try:
            own: Any = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):  # a damaged profile: the plain conversion is what viewers do then
            pass
    return picture.convert(mode)


def _write_picture(picture: Image, *, lossy: bool) -> tuple[bytes, str, str]:
    """Write a picture: photographs as JPEG, all else as PNG unless that would be too large."""
    for kind, quality in ((kind, n) for kind, n in _ATTEMPTS if not (lossy and kind == "PNG")):
        out = io.BytesIO()
        picture.save(out, kind, quality=quality, optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue(), _SAFE[kind], ".png" if kind == "PNG" else ".jpg"
