"""Whether the server lives and is ready, for whoever asks, and its metrics, for operators."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.web.authentication import Operator
from bot.web.services import services_of

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> dict[str, bool]:
    """Answer: the event loop does what it is asked."""
    return {"alive": True}


@router.get("/readyz")
async def readyz(request: Request, response: Response) -> dict[str, Any]:
    """Say which checks are well; the status says whether all are."""
    readiness = services_of(request).metrics.health.readiness()
    response.status_code = 200 if readiness.ready else 503
    return readiness._asdict()


@router.get("/metrics")
async def metrics(request: Request, _access: Operator) -> Response:
    """Give the metrics."""
    services = services_of(request)
    # Some of them wait a moment for the database.
    media_type, text = await services.run_in_thread(services.metrics.text, request.headers.get("accept", ""))
    return Response(text, media_type=media_type)
