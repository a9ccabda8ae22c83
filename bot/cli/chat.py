"""`kotae chat`: questions and answers in turn, in a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.layout.screen import Char

from bot.answerer import Answer, Answerer
from bot.cli.ask import lines_of_standard_input
from bot.cli.card import answer_card, passage_cards
from bot.cli.explanation import print_explanation
from bot.cli.terminal import knowledge_with_progress, print_card
from bot.conversation import NEW_CONVERSATION, asks_for_help, asks_to_leave
from bot.printable import left_out, one_line
from bot.settings import Settings
from bot.wording import Wording, answers
from bot.wording.command_line import chat as sentences
from index.errors import DatabaseError, OpenSearchError
from index.language.normalization import normalize
from index.private_files import make_private
from index.search.knowledge import Knowledge

COMMANDS = (":more", ":explain", ":sources", ":clear", ":help", ":quit")


def chat(say: Wording, settings: Settings, limit: int, content: Sequence[Path]) -> int:
    """Answer questions until there are no more."""
    with knowledge_with_progress(say, settings, content) as knowledge:
        knowledge.follow()
        session = Session(say, knowledge, limit)
        if sys.stdin.isatty() and sys.stdout.isatty():
            print(say(sentences.WELCOME, documents=len(session.documents())))
            lines = _typed_lines(say, settings.cache_folder)
        else:
            lines = _piped_lines(say)
        for line in lines:
            try:
                if not session.handle(line):
                    break
            except (DatabaseError, OpenSearchError) as error:
                # The next question may reach the database, or the cluster, again.
                print(say.of_error(error), file=sys.stderr)
    if sys.stdin.isatty():
        print(say(sentences.GOODBYE))
    return 0


class Session:
    """A chat: its conversation, and the last answer, which commands refer to."""

    def __init__(self, say: Wording, knowledge: Knowledge, limit: int) -> None:
        self._say = say
        self._knowledge = knowledge
        self._limit = limit
        self._conversation = NEW_CONVERSATION
        self._asked_in = NEW_CONVERSATION
        self._answer: Answer | None = None
        self._shown = 0
        self._commands: dict[str, Callable[[], None]] = {
            ":more": self._more,
            ":explain": self._explain,
            ":sources": self._sources,
            ":clear": self._clear,
            ":help": self._help,
        }

    def handle(self, line: str) -> bool:
        """Answer a question or run a command; False for `:quit`."""
        if asks_to_leave(line):
            return False
        if asks_for_help(line):
            self._help()
        elif line.startswith((":", "：")):
            # A Japanese keyboard types wide characters.
            command = normalize(line)
            if command in (":quit", ":q"):
                return False
            self._commands.get(command, lambda: print(self._say(sentences.UNKNOWN_COMMAND, command=command)))()
        else:
            self._ask(line)
        return True

    def documents(self) -> Sequence[tuple[str, str, int]]:
        """The title and source of each document, with how many passages it has."""
        return self._knowledge.library().collection.documents()

    def _ask(self, question: str) -> None:
        self._asked_in = self._conversation
        self._answer = Answerer(self._knowledge.library()).ask(question, self._limit, self._conversation)
        self._conversation = self._answer.conversation
        self._shown = len(self._answer.result.hits)
        print_card(answer_card(self._say, self._answer))

    def _more(self) -> None:
        if self._answer is None:
            print(self._say(sentences.ASK_FIRST))
            return
        again = Answerer(self._knowledge.library()).ask(
            self._answer.question, self._shown + self._limit, self._asked_in
        )
        further = again.result.hits[self._shown :]
        if not further:
            print(self._say(answers.NO_MORE_PASSAGES))
            return
        self._answer, self._shown = again, len(again.result.hits)
        self._conversation = again.conversation
        print_card(passage_cards(self._say, further, again.result.certainty))

    def _explain(self) -> None:
        if self._answer is None:
            print(self._say(sentences.ASK_FIRST))
        else:
            print_explanation(self._say, self._answer.result.hits)

    def _sources(self) -> None:
        for title, source, passages in self.documents():
            print(self._say(sentences.SOURCE, title=one_line(title), passages=passages, source=one_line(source)))

    def _clear(self) -> None:
        self._conversation, self._answer = NEW_CONVERSATION, None
        print(self._say(sentences.CONVERSATION_FORGOTTEN))

    def _help(self) -> None:
        print(self._say(sentences.HELP))
        for command in COMMANDS:
            print(f"  {command:<10}{self._say(sentences.COMMANDS[command[1:]])}")


def _typed_lines(say: Wording, history_folder: Path | None) -> Iterator[str]:
    """Lines typed with editing, history and completion; Ctrl-C cancels a line, Ctrl-D ends them."""
    history: History = InMemoryHistory()
    if history_folder is not None:
        try:
            history_folder.mkdir(parents=True, exist_ok=True)
            make_private(history_folder / "history")
            history = FileHistory(history_folder / "history")
        except OSError:
            pass  # a folder that cannot be written costs the history of earlier chats, nothing else
    # What is typed, pasted, completed or remembered is shown by the editor, which knows control characters alone.
    for character in left_out() - Char.display_mappings.keys():
        Char.display_mappings[character] = f"<{ord(character):04x}>"
    completer = WordCompleter(list(COMMANDS), sentence=True, meta_dict={
        command: say(sentences.COMMANDS[command[1:]]) for command in COMMANDS
    })  # fmt: skip
    prompt: PromptSession[str] = PromptSession(history=history, completer=completer, complete_while_typing=True)
    hinted = False
    while True:
        try:
            line = prompt.prompt(say(sentences.PROMPT)).strip()
        except KeyboardInterrupt:
            if not hinted:
                print(say(sentences.HOW_TO_LEAVE))
            hinted = True
            continue
        except EOFError:
            return
        if line:
            yield line


def _piped_lines(say: Wording) -> Iterator[str]:
    """The lines of a pipe, each repeated before its answer."""
    for line in lines_of_standard_input():
        print(f"{say(sentences.PROMPT)}{line}", flush=True)
        yield line
