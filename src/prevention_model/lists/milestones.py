"""School year, key stage and the next step in a child's life, from the date of birth (England)."""

from datetime import date

_STAGES = (
    (4, "Early years"),
    (6, "Key stage 1"),
    (10, "Key stage 2"),
    (13, "Key stage 3"),
    (15, "Key stage 4"),
)


def age_on(birth: date, day: date) -> int:
    """Whole years of age.

    >>> age_on(date(2014, 9, 1), date(2024, 8, 31)), age_on(date(2014, 8, 31), date(2024, 8, 31))
    (9, 10)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def school_age(birth: date, day: date) -> int:
    """Age on the 31 August before the school year that `day` lies in; 5 is Year 1.

    >>> school_age(date(2014, 8, 31), date(2024, 9, 1)), school_age(date(2014, 9, 1), date(2024, 9, 1))
    (10, 9)
    """
    start = day.year if day.month >= 9 else day.year - 1
    return age_on(birth, date(start, 8, 31))


def key_stage(birth: date, day: date) -> str:
    """The school year and key stage in words.

    >>> key_stage(date(2013, 10, 1), date(2024, 10, 1)), key_stage(date(2022, 1, 1), date(2024, 10, 1))
    ('Year 6, key stage 2', 'Not yet at school')
    """
    age = school_age(birth, day)
    if age < 4:
        return "Not yet at school"
    if age == 4:
        return "Reception, early years"
    if age > 15:
        return f"Year {age - 4}, after key stage 4" if age < 18 else "Past Year 13"
    stage = next(name for last, name in _STAGES if age <= last)
    return f"Year {age - 4}, {stage.lower()}"


def next_milestone(birth: date, day: date) -> str:
    """The next of the four steps at which help is easiest to offer, with its date.

    >>> next_milestone(date(2013, 10, 1), date(2024, 10, 1))
    'Moves from Year 6 to Year 7 in September 2025'
    >>> next_milestone(date(2022, 1, 1), date(2024, 10, 1))
    'Starts school in September 2026'
    >>> next_milestone(date(2007, 3, 1), date(2024, 10, 1))
    'Aged 16 to 18: turns 18 in March 2025'
    """
    age, start = school_age(birth, day), day.year if day.month >= 9 else day.year - 1
    if age < 4:
        return f"Starts school in September {start + 4 - age}"
    if age <= 10:
        return f"Moves from Year 6 to Year 7 in September {start + 11 - age}"
    if age <= 15:
        return f"Leaves Year 11 in summer {start + 16 - age}"
    if age_on(birth, day) < 18:
        return f"Aged 16 to 18: turns 18 in {birth:%B} {birth.year + 18}"
    return "Aged 18 or over"
