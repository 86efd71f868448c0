"""What people ask for, from the command to the records, the cohort and the ledger; with what was loaded again."""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from prevention_model.cohort import Cohort
from prevention_model.errors import PreventionError, WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pipeline import rights as recording
from prevention_model.pipeline.commands_vault import correction, erasure, objection
from prevention_model.pipeline.load import Loaded, load
from prevention_model.pipeline.progress import Silent
from prevention_model.records.honoured import heard
from prevention_model.records.records import Records
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import KeyPlace
from prevention_model.records.workspace import Workspace
from tests.fixtures.commands import typed
from tests.fixtures.tiny_authority import INDEX, NOTICES, make_tiny_authority

OFFICER = "Data protection officer"
CHILDREN = Cohort(every="1 month", start="2024-02-01", end="2024-08-01")
TABLES = ("person", "relationship", "household", "place", "event", "attribute")


class Tiny:
    """The tiny authority, loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.authority = folder, folder / "authority.yaml"
        self.workspace = Workspace(folder / "workspace")
        self.people = self.vault().read().set_index("la_person_id")["person_id"].to_dict()

    def load(self) -> Loaded:
        return load(self.authority, Silent())

    def vault(self) -> Vault:
        place = KeyPlace.of(self.folder / "keys" / "vault.key", self.workspace.folder, {})
        return Vault(self.workspace.vault, place.read(needed=True))

    def ledger(self) -> Ledger:
        return Ledger(self.workspace.ledger)

    def records(self) -> Records:
        return self.workspace.records()

    def rows(self, person: str) -> dict[str, int]:
        """How many rows of each table name somebody."""
        found = {}
        for name in TABLES:
            frame = self.records().frames[name]
            named = frame.isin([self.people[person]]).any(axis=1)
            found[name] = int(named.sum())
        return found

    def send(self, name: str, content: str) -> None:
        (self.folder / f"{name}.csv").write_text(content, encoding="utf-8")

    def entries(self, kind: str) -> list[tuple[str, dict[str, object]]]:
        return [(entry.subject, entry.body) for entry in self.ledger().entries(kind)]

    def cohort(self) -> set[str]:
        names = {person: ref for ref, person in self.people.items()}
        return {names[person] for person in CHILDREN.members(self.records()).frame["person_id"]}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded") / "tiny"
    load(make_tiny_authority(folder), Silent())
    return folder


@pytest.fixture
def tiny(loaded: Path, tmp_path: Path) -> Tiny:
    return Tiny(Path(shutil.copytree(loaded, tmp_path / "tiny")))


def objects(tiny: Tiny, ref: str, *, withdrawn: bool = False) -> list[str]:
    return objection(tiny.authority, "", "la_person_id", ref, OFFICER, withdrawn)


def erased(tiny: Tiny, ref: str) -> list[str]:
    return erasure(tiny.authority, "", "la_person_id", ref, OFFICER)


def corrects(tiny: Tiny, table: str, field: str, old: str, new: str, about: str = "") -> list[str]:
    change = {"table": table, "field": field, "old": old, "new": new, "about": about, "on": ""}
    return correction(tiny.authority, "", "la_person_id", "C1", OFFICER, change)


@pytest.mark.parametrize("again", [False, True])
def test_who_objects_stays_on_record_and_is_in_no_cohort(tiny: Tiny, again: bool) -> None:
    before = tiny.rows("C1")
    assert tiny.cohort() == {"C1", "C2", "C3", "C4"}
    said = objects(tiny, "C1")
    if again:
        assert tiny.load().rights == [
            "Rights: 0 erased, 1 objecting, 0 corrections replayed on 0 cells, 0 met by their source."
        ]
    assert (
        said[0] == f"Objection recorded: {tiny.people['C1']}; ledger entry 3. It counts from the next run on."
    )
    assert tiny.cohort() == {"C2", "C3", "C4"}
    assert tiny.rows("C1") == before | {"attribute": before["attribute"] + 1}
    left_out = CHILDREN.members(tiny.records()).left_out
    assert left_out.set_index("reason")["left_out"]["objects to this use"] == len(CHILDREN.index_dates())


def test_what_an_objector_did_is_not_seen_by_a_run(tiny: Tiny) -> None:
    objects(tiny, "C1")
    seen = heard(tiny.records()).frames
    people = {name: set(seen[name]["person_id"]) for name in ("person", "household", "event", "attribute")}
    child = tiny.people["C1"]
    assert child in people["person"] and child in people["household"] and child not in people["event"]
    assert people["event"] == {tiny.people["C2"], tiny.people["C4"]}
    told = seen["attribute"]
    assert told["name"][told["person_id"] == child].to_list() == ["objection"]


def test_an_objection_stands_against_what_a_source_says(tiny: Tiny) -> None:
    objects(tiny, "C1")
    frames = dict(tiny.records().frames)
    rows = frames["attribute"][frames["attribute"]["name"] == "objection"]
    assert rows[["person_id", "value", "source"]].to_numpy().tolist() == [
        [tiny.people["C1"], "true", "rights"]
    ]
    assert (rows["known_date"] < "1901").all()


def test_an_objection_ends_when_it_is_withdrawn(tiny: Tiny) -> None:
    before = tiny.records().fingerprint()
    objects(tiny, "C1")
    said = objects(tiny, "C1", withdrawn=True)
    assert said == [f"Objection withdrawn: {tiny.people['C1']}; ledger entry 4."]
    assert tiny.cohort() == {"C1", "C2", "C3", "C4"}
    assert tiny.records().fingerprint() == before == tiny.load().fingerprint
    with pytest.raises(WrongUsage) as refused:
        objects(tiny, "C1", withdrawn=True)
    assert str(refused.value) == (
        "No objection of this person was recorded here. "
        "What to do: One that a source delivers is ended by that source."
    )


def test_who_is_erased_is_gone_at_once_and_the_family_stays(tiny: Tiny) -> None:
    others = {ref: tiny.rows(ref) for ref in ("C3", "C4", "C5")}
    erased(tiny, "C1")
    assert tiny.rows("C1") == dict.fromkeys(TABLES, 0)
    assert {ref: tiny.rows(ref) for ref in others} == others
    # C2 keeps every row but the two that tie C2 to the one who is gone.
    assert tiny.rows("C2") == {**others["C3"], "event": 1}
    assert tiny.cohort() == {"C2", "C3", "C4"}
    homes = tiny.records().frames["household"]
    assert set(homes["person_id"]) == {tiny.people[ref] for ref in ("C2", "C3", "C4", "C5")}


def test_nothing_but_marks_is_left_of_the_erased_in_vault_and_records(tiny: Tiny) -> None:
    earlier = [path.name for path in (tiny.workspace.folder / "records").iterdir() if path.is_dir()]
    erased(tiny, "C4")
    tiny.load()
    vault, child = tiny.vault(), tiny.people["C4"]
    for name in vault.tables():
        frame = vault.stored(name)
        assert frame is not None
        told = frame.drop(columns="person").to_csv() if name == "rights" else frame.to_csv()
        for word in (child, "Quillfeather", "Dot", "C4", "U4", "2013-09-09"):
            assert word not in told, name
    left = [path.name for path in (tiny.workspace.folder / "records").iterdir() if path.is_dir()]
    assert len(left) == 1 and left[0] not in earlier


def test_an_erasure_stands_when_an_agency_sends_the_person_again(tiny: Tiny) -> None:
    erased(tiny, "C4")
    tiny.send("index", INDEX.replace("C4,U4", "C44,U4"))  # under another number, tied by the UPN
    tiny.load()
    assert tiny.cohort() == {"C1", "C2", "C3"}
    assert (
        len(tiny.records().frames["person"]) == 4
    )  # nor is there anybody in what the police still send of C4
    tiny.send("notices", "".join(line for line in NOTICES.splitlines(True) if not line.startswith("C4")))
    tiny.send("index", INDEX.replace("C4,U4", "C44,"))  # and now only by the number learnt the last time
    tiny.load()
    assert len(tiny.records().frames["person"]) == 4


def test_an_erasure_needs_no_second_word(tiny: Tiny) -> None:
    erased(tiny, "C4")
    with pytest.raises(WrongUsage) as refused:
        erased(tiny, "C4")
    assert str(refused.value) == (
        "The vault knows nobody by that. Where: --identifier la_person_id. What to do: Check the spelling. "
        "Somebody who was erased is known by nothing any longer."
    )
    assert len(tiny.entries("erasure")) == 1


def test_an_erasure_ends_the_corrections_of_its_person(tiny: Tiny) -> None:
    corrects(tiny, "person", "surname", "Winterbourne", "Summerbourne")
    erased(tiny, "C1")
    tiny.load()
    held = tiny.vault().stored("rights")
    assert held is not None and "Summerbourne" not in held.to_csv()


CORRECTIONS = {
    "an attribute": ("attribute", "value", "true", "false", "young_carer"),
    "sex": ("person", "sex", "F", "M", ""),
    "a name": ("person", "forename", "Ann", "Anne", ""),
    "a birthday": ("person", "birth_date", "2015-05-17", "2015-07-18", ""),
    "adulthood": ("person", "is_adult", "false", "true", ""),
    "the day of a notice": ("event", "event_date", "2024-02-01", "2024-01-31", "police_notice"),
}


def value_of(tiny: Tiny, table: str, field: str, about: str) -> list[str]:
    """What is held of C1 in a field, in the records and in the vault."""
    frames = [tiny.records().frames[table]]
    if table == "person":
        frames.append(tiny.vault().read())
    found = []
    for frame in frames:
        if field in frame:
            rows = frame[frame["person_id"] == tiny.people["C1"]]
            if about:
                rows = rows[rows["name" if table == "attribute" else "kind"] == about]
            found += [str(value)[:10].lower() for value in rows[field]]
    return found


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_is_made_at_once_and_replayed_at_every_load(tiny: Tiny, name: str) -> None:
    table, field, old, new, about = CORRECTIONS[name]
    before = tiny.records()
    corrects(tiny, table, field, old, new, about)
    for load_again in (False, True):
        if load_again:
            cells = 2 if field == "birth_date" else 1
            assert tiny.load().rights == [
                f"Rights: 0 erased, 0 objecting, 1 corrections replayed on {cells} cells, 0 met by their source."
            ]
        found = value_of(tiny, table, field, about)
        assert found == (["2015-07-01", "2015-07-18"] if field == "birth_date" else [new.lower()])
    # Nobody else was touched.
    for kind, frame in before.frames.items():
        others = (
            [rows[rows["person_id"] != tiny.people["C1"]] for rows in (frame, tiny.records().frames[kind])]
            if "person_id" in frame
            else [frame, frame]
        )
        pd.testing.assert_frame_equal(others[0].reset_index(drop=True), others[1].reset_index(drop=True))


def test_a_correction_is_over_when_the_source_makes_it(tiny: Tiny) -> None:
    corrects(tiny, "attribute", "value", "true", "false", "young_carer")
    tiny.send("index", INDEX.replace("Winterbourne,true", "Winterbourne,false"))
    assert tiny.load().rights == [
        "Rights: 0 erased, 0 objecting, 0 corrections replayed on 0 cells, 1 met by their source."
    ]
    ((subject, body),) = tiny.entries("correction_met")
    assert (subject, body["right"]) == (tiny.people["C1"], tiny.entries("correction")[0][1]["right"])
    held = tiny.vault().stored("rights")
    assert held is not None and held[["old", "new"]].to_numpy().tolist() == [["", ""]], (
        "nothing is kept of it"
    )
    # What the source says later is news, and no longer the fault that was corrected.
    tiny.send("index", INDEX)
    assert tiny.load().rights == []
    assert value_of(tiny, "attribute", "value", "young_carer") == ["true"]
    assert len(tiny.entries("correction_met")) == 1


def test_a_correction_waits_while_the_source_says_something_else(tiny: Tiny) -> None:
    corrects(tiny, "person", "sex", "F", "M")
    tiny.send("index", INDEX.replace("17/05/2015,F", "17/05/2015,"))
    tiny.load()
    assert value_of(tiny, "person", "sex", "") == ["nan"] and not tiny.entries("correction_met")
    tiny.send("index", INDEX)
    tiny.load()
    assert value_of(tiny, "person", "sex", "") == ["m"]


def test_a_right_follows_its_person_to_another_pseudonym(tiny: Tiny) -> None:
    objects(tiny, "C3")
    vault = tiny.vault()
    told = vault.remembered()
    vault.remember(told[told["person_id"] != tiny.people["C3"]])  # as when people are linked afresh
    tiny.send("index", INDEX.replace("C3,U3", "B3,U3"))
    tiny.load()
    now = tiny.vault().read().set_index("la_person_id")["person_id"]["B3"]
    assert now != tiny.people["C3"]
    assert now not in set(CHILDREN.members(tiny.records()).frame["person_id"])


def test_all_three_are_in_the_ledger_and_say_nothing_of_the_person(tiny: Tiny) -> None:
    objects(tiny, "C2")
    corrects(tiny, "person", "surname", "Winterbourne", "Summerbourne")
    erased(tiny, "C4")
    tiny.load()
    assert [
        subject for kind in ("objection", "correction", "erasure") for subject, _ in tiny.entries(kind)
    ] == [tiny.people[ref] for ref in ("C2", "C1", "C4")]
    ((_, body),) = tiny.entries("correction")
    assert {name: body[name] for name in ("by", "table", "field")} == {
        "by": OFFICER,
        "table": "person",
        "field": "surname",
    }
    told = " ".join(str(entry.body) + entry.subject for entry in tiny.ledger().entries())
    for word in ("bourne", "Quillfeather", "U4", "C4", "'C2", "2015"):
        assert word not in told
    assert tiny.ledger().verify() > 4


def test_a_right_that_was_recorded_twice_stands_once(tiny: Tiny) -> None:
    assert objects(tiny, "C2") == objects(tiny, "C2")
    assert len(tiny.entries("objection")) == 1


STEPS = ("enter", "honour", "settle")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("repeated", [False, True])
def test_an_erasure_cut_off_at_any_step_is_finished_by_the_next_command(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, step: str, repeated: bool
) -> None:
    def cut(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(recording, step, cut)
        erased(tiny, "C4")
    if repeated and step != "settle":
        erased(tiny, "C4")
    else:
        tiny.load()
    assert tiny.rows("C4") == dict.fromkeys(TABLES, 0)
    assert "Quillfeather" not in tiny.vault().read().to_csv()
    assert len(tiny.entries("erasure")) == 1


REFUSED: dict[str, tuple[Callable[[Tiny], object], str]] = {
    "nobody named": (
        lambda tiny: objection(tiny.authority, "", "", "", OFFICER, False),
        "It is not said whose right it is. What to do: Give --person with a pseudonym, or --identifier with its type "
        "and --value.",
    ),
    "an unknown pseudonym": (
        lambda tiny: objection(tiny.authority, "p0123456789abcdef", "", "", OFFICER, False),
        "The vault knows nobody by that. Where: --person. What to do: Check the spelling. Somebody who was erased is "
        "known by nothing any longer.",
    ),
    "a field that is not there": (
        lambda tiny: corrects(tiny, "household", "household_id", "a", "b"),
        "There is no such field to correct. Where: household.household_id. What to do: Name one of: confidence; "
        "from; known_date; to.",
    ),
    "a table that is not there": (
        lambda tiny: corrects(tiny, "vault", "x", "a", "b"),
        "There is no such field to correct. Where: vault.x. What to do: Name one of: person; relationship; household; "
        "place; event; spell; measurement; attribute.",
    ),
    "every kind of row": (
        lambda tiny: corrects(tiny, "attribute", "value", "true", "false"),
        "The correction would reach rows of every kind. Where: attribute.value. What to do: Add --about with the kind "
        "of row.",
    ),
    "a kind where there is none": (
        lambda tiny: corrects(tiny, "person", "sex", "F", "M", "young_carer"),
        "A correction of the table person cannot be narrowed so. Where: person.sex. What to do: Leave out --about or "
        "--on.",
    ),
    "a date in another form": (
        lambda tiny: corrects(tiny, "person", "birth_date", "17/05/2015", "18/05/2015"),
        "A value of the correction is not what the field holds (date). Where: person.birth_date. What to do: Write a "
        "date as 2015-05-17, and a yes or no as true or false.",
    ),
    "no change": (
        lambda tiny: corrects(tiny, "person", "sex", "F", "F"),
        "The correction changes nothing. Where: person.sex. What to do: Give what is wrong and what is right.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_recorded_is_refused_and_changes_nothing(tiny: Tiny, name: str) -> None:
    command, message = REFUSED[name]
    before = tiny.ledger().head(), tiny.records().fingerprint()
    with pytest.raises(PreventionError) as refused:
        command(tiny)
    assert str(refused.value) == message
    assert (tiny.ledger().head(), tiny.records().fingerprint()) == before


def test_an_identifier_may_come_by_standard_input(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" u 2 \n"))
    (said, _) = objection(tiny.authority, "", "upn", "-", OFFICER, False)
    assert tiny.people["C2"] in said and "u 2" not in said.lower()


def test_the_commands_as_a_person_types_them(tiny: Tiny) -> None:
    whose = ["--identifier", "la_person_id", "--by", OFFICER]
    change = ["--table", "person", "--field", "sex", "--old", "F", "--new", "M"]
    for words in (
        ["rights", "objection", tiny.authority, *whose, "--value", "C2"],
        ["rights", "objection", tiny.authority, *whose, "--value", "C2", "--withdrawn"],
        ["rights", "correction", tiny.authority, *whose, "--value", "C1", *change],
        ["rights", "erasure", tiny.authority, "--person", tiny.people["C4"], "--by", OFFICER],
        ["key", "rotate", tiny.authority, "--by", OFFICER],
        ["load", tiny.authority, "--quiet"],
    ):
        done = typed(*words)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert "Rights: 1 erased, 0 objecting, 1 corrections replayed on 1 cells" in done.stdout
    assert tiny.cohort() == {"C1", "C2", "C3"}
    done = typed("rights", "erasure", tiny.authority, *whose, "--value", "C4")
    assert done.returncode == 2 and "C4" not in done.stderr
