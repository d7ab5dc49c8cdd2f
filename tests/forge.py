"""A small GitHub and GitLab on loopback: the comments of requests, and which request a commit came from."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

GITHUB_BOT, GITLAB_BOT = "github-actions[bot]", "project_7_bot"


class FakeForge:
    """`heads`: a request's last commit; `merged`: the commit of the base branch -> the requests that it merged."""

    def __init__(self, token: str) -> None:
        self.heads: dict[int, str] = {}
        self.merged: dict[str, list[int]] = {}
        self.comments: dict[int, list[tuple[str, str]]] = {}
        self.calls: list[str] = []
        self._token = token
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def bodies(self, number: int) -> list[str]:
        """Return the texts of a request's comments."""
        return [body for _, body in self.comments.get(number, [])]

    def answer(self, method: str, path: str, headers: Any, data: Any) -> tuple[int, Any]:
        """Return the status and the body of an answer."""
        self.calls.append(f"{method} {path}")
        if self._token not in (
            headers.get("PRIVATE-TOKEN"),
            (headers.get("Authorization") or "").removeprefix("Bearer "),
        ):
            return 401, {"message": "Bad credentials"}
        github = path.startswith("/repos/kettle/sms/")
        path = path.removeprefix("/repos/kettle/sms" if github else "/projects/7").partition("?")[0]
        if method == "GET" and path == "/user":
            return 200, {"username": GITLAB_BOT}
        if found := re.fullmatch(r"/(?:repository/)?commits/([0-9a-f]+)/(?:pulls|merge_requests)", path):
            return 200, [
                self._request(number, found[1], github=github) for number in self.merged.get(found[1], [])
            ]
        if found := re.fullmatch(r"/(?:pulls|merge_requests)/(\d+)", path):
            return 200, self._request(int(found[1]), None, github=github)
        if found := re.fullmatch(r"/(?:issues|merge_requests)/(\d+)/(?:comments|notes)", path):
            return self._comments(method, int(found[1]), data, github=github)
        if found := re.fullmatch(r"/issues/comments/(\d+)|/merge_requests/\d+/notes/(\d+)", path):
            number, index = divmod(int(found[1] or found[2]), 1000)
            author, _ = self.comments[number][index]
            self.comments[number][index] = author, data["body"]
            return 200, {}
        return 404, {}

    def _request(self, number: int, merge: str | None, *, github: bool) -> dict[str, Any]:
        if number not in self.heads:
            return {}
        if github:
            head, base = {"sha": self.heads[number]}, {"ref": "main"}
            return {
                "number": number,
                "head": head,
                "base": base,
                "merged_at": merge and "x",
                "merge_commit_sha": merge,
            }
        return {
            "iid": number,
            "sha": self.heads[number],
            "state": "merged" if merge else "opened",
            "target_branch": "main",
            "merge_commit_sha": merge,
            "squash_commit_sha": None,
        }

    def _comments(self, method: str, number: int, data: Any, *, github: bool) -> tuple[int, Any]:
        known = self.comments.setdefault(number, [])
        if method == "POST":
            known.append((GITHUB_BOT if github else GITLAB_BOT, data["body"]))
            return 201, {}
        who = "user" if github else "author"
        name = "login" if github else "username"
        return 200, [
            {"id": number * 1000 + index, who: {name: author}, "body": body, "system": False}
            for index, (author, body) in enumerate(known)
        ]


def _handler(forge: FakeForge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            data = json.loads(self.rfile.read(size)) if size else None
            status, answer = forge.answer(self.command, self.path, self.headers, data)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
