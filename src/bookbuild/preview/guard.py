"""Who gets an answer from the preview: its own pages in the browser that was opened with the token."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
_SECURITY_HEADERS = {
    # only our own scripts and the engine's run: books, which the engine shows as blobs, run none
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' blob: 'unsafe-inline'; img-src 'self' blob: data:; "
        "font-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob:; frame-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RequestGuard:
    """Middleware that answers only the browser that was opened with the token.

    It refuses requests of other sites, also by host names that resolve to this machine, and those of other users of
    this machine. The address that the preview prints contains the token, which a cookie then keeps for this session.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with our headers added to its response, or answer it with 403."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal, 403, headers=_SECURITY_HEADERS)(scope, receive, send)
            return
        request = Request(scope)
        cookie = f"bookbuild-{scope['server'][1]}"
        if request.method == "GET" and self._is_token(request.query_params.get("token", "")):
            response = RedirectResponse(str(request.url.remove_query_params("token")), 303, headers=_SECURITY_HEADERS)
            response.set_cookie(cookie, self.token, httponly=True, samesite="strict")
            await response(scope, receive, send)
            return
        if not self._is_token(request.cookies.get(cookie, "")):
            message = (
                "Open the whole address that the preview shows when it starts: it contains a key for this session."
            )
            await PlainTextResponse(message, 403, headers=_SECURITY_HEADERS)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                security_headers = [(key.lower().encode(), value.encode()) for key, value in _SECURITY_HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *security_headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode(), self.token.encode())

    @staticmethod
    def _refusal(scope: Scope) -> str:
        headers = Headers(scope=scope)
        hosts = {f"{name}:{scope['server'][1]}" for name in HOSTS}
        if headers.get("host", "") not in hosts:
            return "unknown host"
        is_own = headers.get("origin") in {None, *(f"http://{host}" for host in hosts)}
        is_own = is_own and headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        return "" if is_own else "other sites have no access"
