"""The app: its routes, put together, and what surrounds them all."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.printable import to_json
from bot.web import health
from bot.web.api.routes import router
from bot.web.mcp.http import HEADERS, McpEndpoint
from bot.web.page.problem_pages import problem_page
from bot.web.page.routes import router as page_router
from bot.web.problems import add_problems, problem_schemas
from bot.web.requests import REQUEST_ID, Requests
from bot.web.services import Services


class Json(JSONResponse):
    """JSON in which nothing plays tricks with whoever prints it."""

    def render(self, content: object) -> bytes:
        """The body."""
        return to_json(content).encode()


class App(FastAPI):
    """FastAPI's, whose OpenAPI document knows what problems look like."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title, version=self.version, description=self.description, routes=self.routes
            )
            document["components"]["schemas"].update(problem_schemas())
            self.openapi_schema = document
        return self.openapi_schema


def create_app(services: Services, hosts: Collection[str] = ()) -> FastAPI:
    """The app that answers from these services; `hosts` are the names that it answers to, any where there are none."""
    app = App(
        title="kotae",
        description="Answers questions in Japanese by quoting the passages that answer them.",
        version=version("kotae"),
        openapi_url="/api/v1/openapi.json",
        # They would load programs from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Json,
    )
    app.state.services = services
    add_problems(app, problem_page)
    app.include_router(router)
    app.include_router(health.router)
    app.router.routes.append(Route(McpEndpoint.path, McpEndpoint(services), methods=["POST"]))
    app.include_router(page_router)
    if origins := services.settings.serve_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", REQUEST_ID, *HEADERS],
            expose_headers=[REQUEST_ID, "Retry-After"],
        )
    app.add_middleware(Requests, hosts=hosts)
    return app
