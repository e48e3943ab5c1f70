"""A log as GitHub's runner reads it: which lines are commands, and which are not.

After actions/runner, `ActionCommand.TryParseV2`, `TryParse` and `ActionCommandManager`: a command begins a
line, blanks aside, as `::name`, or stands anywhere in it as `##[name]`.
"""

from dataclasses import dataclass, field

NAMES = {
    *("add-mask", "add-matcher", "remove-matcher", "add-path", "debug", "echo", "endgroup", "error", "group"),
    *("notice", "save-state", "set-env", "set-output", "stop-commands", "warning", "internal-set-repo-path"),
}


@dataclass
class Command:
    """A command that the runner carries out."""

    name: str
    message: str
    properties: dict[str, str]


@dataclass
class Log:
    """What a log came to."""

    commands: list[Command] = field(default_factory=list)
    disabled: int = 0  # lines that would be commands if they were not stopped
    word: str = ""  # that ends the stop

    def read(self, text: str) -> "Log":
        for line in text.splitlines():
            self.line(line)
        return self

    def line(self, line: str) -> None:
        found = parsed(line, NAMES | ({self.word} - {""}))
        if found is None:
            return
        if self.word:
            if found.name == self.word:
                self.word = ""
            else:
                self.disabled += 1
        elif found.name == "stop-commands":
            self.word = found.message
        else:
            self.commands.append(found)

    def named(self, name: str) -> list[Command]:
        return [command for command in self.commands if command.name == name]


def parsed(line: str, names: set[str]) -> Command | None:
    text = line.lstrip()
    if text.startswith("::") and "::" in text[2:]:
        info, _, message = text[2:].partition("::")
        name, _, given = info.strip().partition(" ")
        if name in names:
            return Command(name, decoded(message), pairs(given, ","))
    _, there, rest = line.partition("##[")
    info, closed, message = rest.partition("]")
    name, _, given = info.strip().partition(" ")
    if there and closed and name in names:
        return Command(name, message, pairs(given, ";"))
    return None


def pairs(text: str, comma: str) -> dict[str, str]:
    found = (part.strip().partition("=") for part in text.split(comma))
    return {name: decoded(value).replace("%3A", ":").replace("%2C", ",") for name, _, value in found if name}


def decoded(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
