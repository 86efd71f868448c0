"""Social care's own screen: the status of each child as it shows on the day of the extract."""

import numpy as np

from prevention_model.synthetic.book import keep_book
from prevention_model.synthetic.calendar import day, written
from prevention_model.synthetic.casework import WORKED, Casework
from prevention_model.synthetic.dirt import flags
from prevention_model.synthetic.extract import NO, YES, Extract, Faults, column, taken
from prevention_model.synthetic.world import World


def status(world: World, work: Casework) -> Extract:
    """The status on the screen. It knows the future: a snapshot of today, dated by when the record was made.

    Planted so that a check for leaks has something to find: whoever trusts `record_created` reads in 2020
    whether the child will ever have had a case by 2025.
    """
    rng, n = world.streams("social_care_status"), world.people.children
    ever = np.zeros(n, dtype=bool)
    ever[work.cases.person[work.cases.came == WORKED]] = True
    who = np.flatnonzero(work.known[:n] & (world.people.born[:n] < day(world.start) + 1500))
    created = np.maximum(world.people.born[who] + 20, day(world.start) - 5 + rng.integers(0, 300, len(who)))
    book = keep_book(world, "social_care")
    columns = {
        "child_ref": taken(world.identities.la_number, who),
        "forename": book.forenames(who),
        "surname": book.surnames(who, created),
        "dob": book.births(who, "uk"),
        "case_open": flags(rng, ever[who], world.parameters.dirt),
        "record_created": written(created.astype(np.int32), "uk"),
    }
    codes = dict.fromkeys(YES, "open") | dict.fromkeys(NO, "closed")
    return Extract(
        source="social_care_status",
        agency="social_care",
        description="Case status as the screen shows it on the day of the extract, overwritten at each refresh. "
        "The only date in the file is the day the person's record was created.",
        who=who,
        columns=columns,
        identifiers={"la_person_id": "child_ref"},
        vault={"forename": "forename", "surname": "surname", "birth_date": "dob"},
        unique=("child_ref",),
        produces=[
            {
                "table": "attribute", "name": "case_status", "value": {"column": "case_open", "map": codes},
                "event_date": column("record_created"), "known_date": column("record_created"),
            }
        ],
        style="uk",
        since=world.start,
        faults=Faults(spaces=("case_open",)),
    )  # fmt: skip
