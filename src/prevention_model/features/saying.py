"""Numbers in words, as they read on a coordinator's list."""

import string

from prevention_model.errors import WrongUsage

PLACES = ("value", "window", "times", "duration", "years", "change", "recent")
OF_CHANGE = ("change", "recent", "window")
"""What the sentence of a change may hold: as a number of times, or a length of time, a change would be untrue."""
OF_SHARE = ("value", "window")
"""What the sentence of a share may hold: it reads as a percentage and nothing else."""


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


def change(amount: float, *, is_share: bool, per: str = "") -> str:
    """Which way something went and how far: `amount` is in percentage points, or in numbers; `per` says in what time.

    >>> [change(amount, is_share=True) for amount in (5.2, -1.0, 0.3)]
    ['rose by 5 percentage points', 'fell by 1 percentage point', 'hardly changed']
    >>> change(-0.43, is_share=False, per=" a month"), change(1200.0, is_share=False, per=" a year")
    ('fell by 0.4 a month', 'rose by 1,200 a year')
    """
    size = round(abs(amount), 0 if is_share else 1)
    if size == 0:
        return "hardly changed"
    far = (
        f"{size:.0f} percentage point{'' if size == 1 else 's'}"
        if is_share
        else f"{size:,.1f}".removesuffix(".0")
    )
    return f"{'rose' if amount > 0 else 'fell'} by {far}{per}"


def check_sentence(
    feature: str, sentence: str, *, has_window: bool, allowed: tuple[str, ...] = PLACES
) -> None:
    """Raise WrongUsage when a sentence has a placeholder that nothing fills, or that would say what is not so."""
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
    untrue = sorted(places - set(allowed))
    if untrue:
        raise WrongUsage(
            f"The sentence of the feature {feature!r} has {{{untrue[0]}}}, which would be untrue of it.",
            todo=f"Use only {', '.join('{' + place + '}' for place in allowed)} here.",
        )
    if "window" in places and not has_window:
        raise WrongUsage(
            f"The sentence of the feature {feature!r} names a {{window}}, but the lookback is all.",
            todo='Leave {window} out, or give a length such as Lookback("12 months").',
        )


def fill(
    sentence: str, value: float, window: str, *, recent: str = "", is_share: bool = False, per: str = ""
) -> str:
    """The sentence with its numbers; `years` are of a value in months, `recent` is the end of a window of change.

    >>> fill("Missed {value:.0f}% of school sessions in the last {window}", 12.4, "12 months")
    'Missed 12% of school sessions in the last 12 months'
    >>> fill("Absence {change} in the last {recent}", 12.4, "12 months", recent="4 months", is_share=True)
    'Absence rose by 12 percentage points in the last 4 months'
    """
    return sentence.format(
        value=value,
        window=window,
        times=times(value),
        duration=duration(value),
        years=int(value // 12),
        change=change(value, is_share=is_share, per=per),
        recent=recent,
    )
