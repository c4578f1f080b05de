"""Kinds of files that cannot be imported, and how to convert them. Pure."""

from __future__ import annotations

_ADVICE = {
    "open it in Word or LibreOffice and save it as .docx": ".doc .docm .dot .dotx .fodt .ott .sxw .wpd .wps",
    "open it in Pages and export it as .docx": ".pages",
    "open it in Google Docs and download it as .docx": ".gdoc",
    "open it in Excel or LibreOffice and save it as .xlsx": ".numbers .ods .xls .xlsm",
    "a printed page has no paragraphs any more: take the file that it was made from, or open it in Word, fix what is "
    "wrong there and save it as .docx": ".pdf .ps .djvu .xps",
    "it is a picture: its text has to be typed or recognized first": ".bmp .gif .heic .jpeg .jpg .png .tif .tiff .webp",
    "convert it to .epub, for example with calibre": ".azw .azw3 .kfx .lit .mobi .pdb .prc",
    "save it as .srt, for example with Subtitle Edit or Aegisub": ".ass .dfxp .sbv .ssa .stl .sub .ttml",
    "export it as .tmx from the program that made it": ".sdltm .tbx .txlf .txml .wfm",
    "give the .po file from which it was made": ".mo .pot",
    "unpack it and give the files in it": ".7z .gz .mqxlz .rar .sdlppx .sdlrpx .tar .wsxz .zip",
}


def find_advice(suffix: str) -> str:
    """Return what to do with a file of this suffix (lower case, with its dot); empty if there is no advice."""
    return next((text for text, endings in _ADVICE.items() if suffix in endings.split()), "")
