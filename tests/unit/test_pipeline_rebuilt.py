"""Records without what is past its retention: gone in every table, and nothing else."""

import numpy as np
import pandas as pd

from prevention_model.pipeline.rebuilt import destroyed
from prevention_model.query import Retention
from prevention_model.records.records import Records

DAY = np.datetime64("2024-01-01")


def test_only_rows_of_a_kind_with_a_retention_go_and_only_when_it_is_over() -> None:
    dates = ["2021-12-31", "2022-01-01", "2023-06-01"]
    frames = {
        "event": pd.DataFrame(
            {"person_id": "a", "kind": ["notice"] * 3, "event_date": dates, "known_date": dates}
        ),
        "attribute": pd.DataFrame(
            {"person_id": "a", "name": "carer", "value": "yes", "event_date": dates, "known_date": dates}
        ),
        "spell": pd.DataFrame(
            {
                "person_id": "a",
                "kind": "help",
                "start_date": ["2019-01-01"] * 3,
                "end_date": [*dates[:2], None],
            }
        ),
    }
    left = destroyed(Records.from_frames(frames), Retention({"notice": "2 years", "help": "2 years"}), DAY)
    assert left.frames["event"]["event_date"].dt.strftime("%Y-%m-%d").tolist() == dates[1:]
    assert len(left.frames["spell"]) == 2 and left.frames["spell"]["end_date"].isna().sum() == 1
    assert len(left.frames["attribute"]) == 3


def test_without_any_retention_nothing_goes() -> None:
    events = pd.DataFrame(
        {"person_id": "a", "kind": "notice", "event_date": ["1999-01-01"], "known_date": ["1999-01-01"]}
    )
    assert len(destroyed(Records.from_frames({"event": events}), Retention({}), DAY).frames["event"]) == 1
