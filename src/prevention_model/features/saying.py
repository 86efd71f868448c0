"""Numbers in words, as they read on a coordinator's list."""

import string

from prevention_model.errors import WrongUsage

PLACES = ("value", "window", "times", "duration", "years")


def times(count: float) -> str:
    """How often, in words.

    >>> [times(count) for count in (0, 1, 2, 3)]
    ['not once', 'once', 'twice', '3 times']
    """
    return {0: "not once", 1: "once", 2: "twice"}.get(round(count), f"{round(count)} times")


def duration(days: float) -> str:
    """A length of time in the largest unit that says it well.

    >>> [duration(days) for days in (1, 20, 200, 800)]
    ['1 day', '20 days', '7 months', '2 years']
    """
    whole = round(days)
    if whole < 60:
        return f"{whole} day" if whole == 1 else f"{whole} days"
    if whole < 730:
        return f"{round(whole / 30.44)} months"
    return f"{int(whole / 365.25)} years" if whole >= 2 * 365.25 else "2 years"


def check_sentence(feature: str, sentence: str, *, has_window: bool) -> None:
    """Raise WrongUsage when a sentence has a placeholder that nothing fills."""
    try:
        places = {place for _, place, _, _ in string.Formatter().parse(sentence) if place is not None}
    except ValueError:
        places = {""}
    unknown = sorted(places - set(PLACES))
    if unknown:
        raise WrongUsage(
            f"The sentence of the feature {feature!r} has a placeholder that nothing fills: {{{unknown[0]}}}.",
            todo=f"Use only {', '.join('{' + place + '}' for place in PLACES)}.",
        )
    if "window" in places and not has_window:
        raise WrongUsage(
            f"The sentence of the feature {feature!r} names a {{window}}, but the lookback is all.",
            todo='Leave {window} out, or give a length such as Lookback("12 months").',
        )


def fill(sentence: str, value: float, window: str) -> str:
    """The sentence with its numbers; `years` are of a value in months.

    >>> fill("Missed {value:.0f}% of school sessions in the last {window}", 12.4, "12 months")
    'Missed 12% of school sessions in the last 12 months'
    """
    return sentence.format(
        value=value,
        window=window,
        times=times(value),
        duration=duration(value),
        years=int(value // 12),
    )
