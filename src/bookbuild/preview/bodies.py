"""The bodies of requests in, checked values out; errors as JSON for the page."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bookbuild.model.errors import BookbuildError, SourceError
from bookbuild.model.findings import CODES, Finding

NO_STORE = {"Cache-Control": "no-store"}
_MAX_BYTES = 64 * 1024 * 1024
_Model = TypeVar("_Model", bound=BaseModel)


class RefusalError(BookbuildError):
    """A request that is not answered: the reason, and the status."""


async def read_body(request: Request, media_type: str, limit: int = _MAX_BYTES) -> bytes:
    """Return the body of a request.

    Raises RefusalError if it is of another media type, which other sites could send without a preflight request, or
    larger than `limit` bytes.
    """
    if request.headers.get("content-type", "").split(";")[0] != media_type:
        raise RefusalError(f"send {media_type}", 415)
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > limit:
            raise RefusalError("this is too large: the largest file has 256 MiB", 413)
    return bytes(data)


async def read_model(request: Request, model: type[_Model]) -> _Model:
    """Return the body of a request, which is the JSON of a model. Raises RefusalError if it is not."""
    try:
        return model.model_validate_json(await read_body(request, "application/json"))
    except ValidationError:
        raise RefusalError("the page sent something unexpected: reload it", 422) from None


async def answer_error(_: Request, error: Exception) -> Response:
    """Answer with what is wrong, as JSON."""
    status = 422
    findings: list[dict[str, str]] = []
    if isinstance(error, SourceError):
        lines = [str(finding) for finding in error.findings]
        findings = [serialize_finding(finding) for finding in error.findings]
        status = 409 if any(finding.code == "A004" for finding in error.findings) else 422
    else:
        lines = [str(error.args[0])]
        findings = [{"severity": "error", "code": "", "place": "", "message": lines[0], "advice": ""}]
        status = error.args[1] if isinstance(error, RefusalError) else 422
    return JSONResponse({"trouble": lines, "findings": findings}, status, headers=NO_STORE)


def serialize_finding(finding: Finding) -> dict[str, str]:
    """Return a finding as the page shows it."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "place": str(finding.place),
        "meaning": CODES[finding.code].meaning,
        "message": finding.message,
        "advice": finding.advice,
    }
