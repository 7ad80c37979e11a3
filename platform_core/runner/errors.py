"""The runner's way of saying no: one sentence with its remedy, shown without a traceback."""


class RunnerError(Exception):
    """What is wrong and what to do about it, in words for the person at the terminal."""


class StopRequested(Exception):
    """Ctrl-C, TERM or a closed terminal: everything started so far is to be stopped in order."""
