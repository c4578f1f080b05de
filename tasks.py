"""Tasks of this project: those of every book project, and those for its developers."""

from __future__ import annotations

from bookbuild.tasks import namespace

ns = namespace()
