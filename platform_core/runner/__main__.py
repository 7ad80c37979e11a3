"""The command line of the runner: run, dev, services, manage, assets, messages, regions, forget."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from platform_core.runner import instance
from platform_core.runner.errors import RunnerError
from platform_core.runner.messages import compile_messages
from platform_core.runner.places import default_var
from platform_core.runner.regions import renew_regions


def main(arguments: list[str]) -> int:
    """Obey one command; give the exit code. What a person can mend is said in a sentence, with code 1."""
    options = _parser().parse_args(arguments)
    try:
        return _obey(options)
    except RunnerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _obey(options: argparse.Namespace) -> int:
    match options.command:
        case "run" | "dev":
            instance.run_instance(default_var(), is_dev=options.command == "dev")
        case "services":
            return instance.run_with_services(_words(options.words), options.var, is_fast=options.fast)
        case "manage":
            return instance.run_management_command(_words(options.words), default_var())
        case "assets":
            instance.build_everything(default_var())
        case "forget":
            instance.forget(default_var())
        case "messages":
            compile_messages()
        case "regions":
            sys.stdout.write(f"{renew_regions()}\n")
    return 0


def _words(words: list[str]) -> list[str]:
    """Leave out the `--` that separates our options from the command."""
    command = words[1:] if words[:1] == ["--"] else words
    if not command:
        message = "Say what to run after `--`, for instance `services -- pytest`."
        raise RunnerError(message)
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m platform_core.runner", description="Runs Dealerdesk locally."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and stay in the foreground")
    commands.add_parser("dev", help="the same, reloading changed code")
    services = commands.add_parser("services", help="run a command beside its own PostgreSQL and Redis")
    services.add_argument(
        "--var", type=lambda text: Path(text).absolute(), help="keep the data in this folder"
    )
    services.add_argument("--fast", action="store_true", help="without fsync: for tests, never for measuring")
    services.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    manage = commands.add_parser("manage", help="run manage.py with the settings of the running instance")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="-- ARGUMENTS")
    commands.add_parser("assets", help="build stylesheet, scripts and translations when they have changed")
    commands.add_parser("forget", help="remove all data of this checkout")
    commands.add_parser("messages", help="compile changed translations")
    commands.add_parser("regions", help="renew the list of China's provinces, cities and districts")
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
