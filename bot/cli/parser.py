"""The parser of a command's arguments, with help and errors in the user's language.

It is argparse because importing another library for command lines takes as long as answering a question.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from bot.settings import HIGHEST_NUMBER, Settings, whole_number
from bot.wording import Wording
from bot.wording.command_line import usage
from index.errors import KotaeError


class UsageWrong(KotaeError):
    """The arguments are not valid; `values` has the `problem` and the `command` whose help tells more."""


class Parser(argparse.ArgumentParser):
    """The arguments of one command, with help and errors in the user's language."""

    def __init__(self, say: Wording, name: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=name,
            description=description,
            epilog=epilog,
            add_help=False,
            exit_on_error=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._say = say
        self.options = self.add_argument_group(say(usage.OPTIONS_HEADING))
        self.options.add_argument("-h", "--help", action="help", help=say(usage.HELP))

    def format_help(self) -> str:
        """The help, with the word for usage in the user's language."""
        return self._say(usage.USAGE) + super().format_help().removeprefix("usage: ")

    def error(self, message: str) -> NoReturn:
        """Raise UsageWrong; argparse would print its English message and leave the program."""
        raise self.wrong(self._say(usage.BAD_ARGUMENTS, reason=message))

    def wrong(self, problem: str) -> UsageWrong:
        """The error for a problem with this command's arguments."""
        return UsageWrong(problem=problem, command=self.prog)

    def _wrong_value(self, name: str) -> UsageWrong:
        """The error for an option that lacks a value, or has one and takes none."""
        option = next(action for action in self._actions if "/".join(action.option_strings) == name)
        if option.nargs == 0:
            return self.wrong(self._say(usage.NEEDLESS_VALUE, parameter=name))
        values = [option.metavar] if isinstance(option.metavar, str) else option.metavar or ()
        return self.wrong(self._say(usage.MISSING_VALUE, parameter=name, usage=" ".join((name, *values))))

    def whole_number(self, name: str, text: str, highest: int = HIGHEST_NUMBER, lowest: int = 1) -> int:
        """The number that an argument writes; raises UsageWrong."""
        number = whole_number(text)
        if number is None or not lowest <= number <= highest:
            raise self.wrong(self._say(usage.BAD_NUMBER, parameter=name, lowest=lowest, highest=highest))
        return number

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The values of the arguments; raises UsageWrong."""
        try:
            values, unknown = self.parse_known_args(list(arguments))
            if any(not argument.startswith("-") for argument in unknown) and "--" not in arguments:
                # Options stand among the words of a question. Slower, and so not tried first.
                values, unknown = self.parse_known_intermixed_args(list(arguments))
        except argparse.ArgumentError as error:
            raise self._wrong_value(str(error.argument_name)) from error
        if unknown:
            raise self.wrong(self._say(usage.UNKNOWN_ARGUMENT, argument=unknown[0]))
        return values


class Command(NamedTuple):
    """What adds a command's arguments to its parser, and what runs it."""

    add_arguments: Callable[[Parser, Wording, Settings], None]
    run: Callable[[Wording, Settings, Parser, argparse.Namespace], int]
