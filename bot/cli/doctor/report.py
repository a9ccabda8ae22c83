"""`kotae doctor`: runs every check and prints what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.cli.doctor.checks import CHECKS, Check
from bot.cli.doctor.database_checks import check_database
from bot.cli.doctor.operation_checks import check_metrics, check_traces
from bot.printable import to_json
from bot.settings import Settings
from bot.wording import Wording, errors
from bot.wording.command_line import doctor as sentences
from index.errors import KotaeError

Checking = Callable[[Wording, Settings], Sequence[Check]]
EVERY: dict[str, Checking] = {
    **CHECKS,
    "metrics": check_metrics,
    "traces": check_traces,
    "database": check_database,
}

WELL = 0
NOT_WELL = 1


def examine(say: Wording, settings: Settings, as_json: bool) -> int:
    """Print what every check found; the exit status says whether all is well."""
    checks = [one for name, check in EVERY.items() for one in _checked(say, settings, name, check)]
    well = all(check.well for check in checks)
    if as_json:
        print(to_json({"well": well, "checks": [check._asdict() for check in checks]}), flush=True)
    else:
        print("\n".join(_line(say, check) for check in checks), flush=True)
    return WELL if well else NOT_WELL


def _checked(say: Wording, settings: Settings, name: str, check: Checking) -> Sequence[Check]:
    """What a check finds; where it fails itself, that."""
    try:
        return check(say, settings)
    except KotaeError as error:
        return [Check(name, False, "", say.of_error(error))]
    except OSError as error:
        return [Check(name, False, "", say(errors.OUTPUT_FAILED, reason=str(error)))]
    except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks are worth seeing
        return [Check(name, False, "", say(sentences.CHECK_FAILED, reason=f"{type(error).__name__}: {error}"))]


def _line(say: Wording, check: Check) -> str:
    parts = f"{'✓' if check.well else '✗'} {say(sentences.CHECKS[check.name])}", check.found, check.advice
    return " ".join(say(sentences.CHECK, what=parts[0], found=" ".join(filter(None, parts[1:]))).split())
