"""From files to released lists, as a person types it: exit codes, refusals, and who can be named where."""

import itertools
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from mlflow.tracking import MlflowClient

from prevention_model.audit import audit, read_evidence
from prevention_model.dataset.groups import NOT_RECORDED
from prevention_model.ledger import Ledger, lacking
from prevention_model.pipeline.evidence import only
from prevention_model.records.workspace import Workspace
from prevention_model.release import hash_of
from prevention_model.settings.policy import Policy
from prevention_model.tracking import RELEASED, Tracking
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

Copied = Callable[[SmallAuthority], SmallAuthority]
Audited = tuple[SmallAuthority, str]


@pytest.fixture(scope="module")
def released(audited: Audited, copied: Copied) -> tuple[SmallAuthority, str, str]:
    """A copy that was signed by two and released; with the run, and all that the commands printed."""
    made, run = copied(audited[0]), audited[1]
    said = ""
    for name in SIGNATORIES:
        done = made.run("sign", run, "--key", made.key(name), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    done = made.typed("release", run, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    return made, run, said + done.stdout + done.stderr


def test_a_planted_leak_is_refused_with_exit_code_4_and_the_name_of_the_check(
    loaded: SmallAuthority, copied: Copied
) -> None:
    made = copied(loaded)
    done = made.run("run", made.folder / "leaky.yaml")
    assert done.returncode == 4
    assert "PM001 One feature tells the outcome" in done.stderr
    assert "case_status_open" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clean_run_waits_for_sign_off(audited: Audited) -> None:
    made, run = audited
    done = made.typed("status", "--authority", made.authority)
    assert done.returncode == 0
    assert re.search(rf"{run} \(county_quarterly, by County analyst\): audited", done.stdout)
    assert (made.workspace / "runs" / run / "card.html").exists()


def test_the_candidate_that_earlier_periods_chose_is_the_model_that_was_audited(audited: Audited) -> None:
    made, run = audited
    folder = made.workspace / "runs" / run
    said = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["statutory_escalation"]
    choice = said["choice"]
    assert choice["chosen_by_periods"] and choice["tried"] == ["stumps", "as_declared"]
    assert [held["selects"] for held in said["periods"]] == [True, False, False, False]
    first, *_, test = said["periods"]
    assert {"stumps", "as_declared"} <= set(first["candidates"])
    assert {"stumps", "as_declared"} & set(test["candidates"]) == {choice["chosen"]}
    kept = (folder / "model" / "statutory_escalation" / "trees.txt").read_text(encoding="utf-8")
    leaves = max(int(number) for number in re.findall(r"^num_leaves=(\d+)$", kept, re.M))
    assert leaves <= choice["settings"][choice["chosen"]]["leaves"]
    assert f"[num_leaves: {choice['settings'][choice['chosen']]['leaves']}]" in kept


def test_the_page_that_compares_candidates_is_linked_from_the_card(audited: Audited) -> None:
    made, run = audited
    folder = made.workspace / "runs" / run
    page = (folder / "comparison.html").read_text(encoding="utf-8")
    for words in (
        "Which model, and why",
        "stumps",
        "as declared",
        "last level (rival)",
        "criteria met (rival)",
    ):
        assert words in page
    assert 'href="comparison.html"' in (folder / "card.html").read_text(encoding="utf-8")


def test_every_candidate_is_a_run_within_the_run(audited: Audited) -> None:
    made, run = audited
    client = MlflowClient(tracking_uri=Tracking(Workspace.open(made.workspace).tracking).address)
    found = client.search_runs([each.experiment_id for each in client.search_experiments()])
    (parent,) = (each for each in found if each.info.run_name == run)
    within = {
        each.info.run_name: each
        for each in found
        if each.data.tags.get("mlflow.parentRunId") == parent.info.run_id
    }
    assert {"stumps", "as_declared", "logistic"} <= set(within)
    stumps = within["stumps"]
    assert stumps.data.params["leaves"] == "2"
    assert [each.data.tags["prevention.kind"] for each in (stumps, within["logistic"])] == [
        "candidate",
        "rival",
    ]
    chosen = [name for name, each in within.items() if each.data.tags["prevention.chosen"] == "true"]
    assert len(chosen) == 1
    history = client.get_metric_history(within[chosen[0]].info.run_id, "average_precision")
    assert len({each.step for each in history}) == len(history) >= 2
    shown = {path.path for path in client.list_artifacts(parent.info.run_id)}
    assert {"comparison.html", "periods.csv", "card.html"} <= shown


def test_the_evidence_says_where_the_contributions_came_from(audited: Audited) -> None:
    made, run = audited
    kept = made.workspace / "runs" / run / "evidence" / "evidence.json"
    facts = json.loads(kept.read_text(encoding="utf-8"))
    came_from = facts["provenance"]["contributions_from"]
    assert set(came_from) == set(facts["outcomes"])
    assert set(came_from.values()) == {"tables"}


def test_a_run_gathers_what_every_check_reads(audited: Audited) -> None:
    made, run = audited
    folder = made.workspace / "runs" / run
    statuses = {
        result["code"]: result["status"]
        for result in json.loads((folder / "report.json").read_text("utf-8"))["report"]["results"]
    }
    assert "could_not_run" not in statuses.values()
    # Whatever these say of so few children, they had something to look at.
    looked = {
        "PM008",
        "PM009",
        "PM023",
        "PM024",
        "PM026",
        "PM027",
        "PM029",
        "PM030",
        "PM031",
        "PM032",
    }
    assert {code for code in looked if statuses[code] not in ("passed", "failed")} == set()
    sound = {"PM008", "PM009", "PM027", "PM029", "PM030", "PM031", "PM032"}
    assert {code: statuses[code] for code in sound} == dict.fromkeys(sound, "passed")


def test_an_audit_can_be_made_again_without_the_model(audited: Audited) -> None:
    made, run = audited
    folder = made.workspace / "runs" / run
    evidence, policy = read_evidence(folder / "evidence"), Policy.read(folder / "policy.yaml")
    again = audit(only(evidence, "statutory_escalation"), policy)
    assert again.to_json() == (folder / "report.json").read_text("utf-8").strip()


def test_groups_are_read_from_the_agencies_own_files(audited: Audited) -> None:
    made, run = audited
    folder = made.workspace / "runs" / run / "evidence" / "statutory_escalation"
    groups = pd.read_parquet(folder / "groups.parquet")
    for name in ("disability", "young_carer", "eal"):
        assert set(groups[name]) == {"yes", "no", NOT_RECORDED}, name
    # Care was being received all the time, so that nobody's history of it is unknown.
    assert {"none", "before"} <= set(groups["care_history"]) <= {"none", "before", "now"}
    # Schools speak of pupils only, and social care of those whom it knows.
    young = groups["age_band"] == "0 to under 5"
    assert set(groups["eal"][~young]) > {"yes", "no"}
    assert (groups["eal"] == NOT_RECORDED)[young].mean() > (groups["eal"] == NOT_RECORDED)[~young].mean()
    assert (groups["disability"] == NOT_RECORDED).mean() > 0.5


def test_lists_cannot_be_written_before_two_people_have_signed(audited: Audited, copied: Copied) -> None:
    made, run = copied(audited[0]), audited[1]
    for signed in range(2):
        done = made.run("release", run, "--authority", made.authority)
        assert done.returncode == 4, f"released with {signed} signatures"
        assert not list(made.workspace.glob("releases/*"))
        done = made.run("sign", run, "--key", made.key(SIGNATORIES[signed]), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    assert made.run("release", run, "--authority", made.authority).returncode == 0


def test_every_zone_gets_a_list_of_at_most_its_capacity(released: tuple[SmallAuthority, str, str]) -> None:
    made, run, _ = released
    packs = sorted((made.workspace / "releases" / f"{run}-shadow").glob("Z*"))
    assert [pack.name for pack in packs] == [f"Z{n}" for n in range(1, 8)]
    for pack in packs:
        families = pd.read_csv(pack / "list.csv")
        assert 0 < len(families) <= 20
        names = "list.html list.xlsx list.json list.csv children.csv header.csv README.md manifest.json"
        assert {path.name for path in pack.iterdir()} == set(names.split())


def test_the_card_of_a_release_says_who_signed_and_until_when(
    released: tuple[SmallAuthority, str, str], copied: Copied
) -> None:
    made, run, _ = released
    awaiting = (made.workspace / "runs" / run / "card.md").read_text(encoding="utf-8")
    card = (made.workspace / "releases" / f"{run}-shadow" / "card.md").read_text(encoding="utf-8")
    assert "Awaiting sign-off" in awaiting and "Awaiting sign-off" not in card
    assert "Released" in card and re.search(r"Certificate C-\w+, ends on \d+ \w+ \d{4}", card)
    assert all(name in card for name in SIGNATORIES)
    again = copied(made)
    (again.workspace / "releases" / f"{run}-shadow" / "card.md").unlink()
    assert again.run("release", run, "--authority", again.authority).returncode == 5


def test_releasing_again_gives_the_very_same_lists(
    released: tuple[SmallAuthority, str, str], copied: Copied
) -> None:
    made, run, _ = released
    again = copied(made)
    folder = again.workspace / "releases" / f"{run}-shadow"
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()
    assert again.run("release", run, "--authority", again.authority).returncode == 0
    after = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before


def test_two_who_release_at_the_same_moment_make_one_release(audited: Audited, copied: Copied) -> None:
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        done = made.run("sign", run, "--key", made.key(name), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    with ThreadPoolExecutor(2) as pool:
        # Typed: the process that forks commands runs one after the other.
        both = list(pool.map(lambda _: made.typed("release", run, "--authority", made.authority), range(2)))
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]
    ledger = Ledger(made.workspace / "ledger.sqlite")
    assert len(ledger.entries("released")) == 1
    lists = list(made.workspace.glob("releases/*/*/list.html"))
    assert len(lists) == len(ledger.entries("list_given"))
    assert not list(made.workspace.glob("releases/.*"))
    assert _registered(made) == {run}


def test_a_changed_score_stops_the_release_with_exit_code_5(audited: Audited, copied: Copied) -> None:
    made, run = copied(audited[0]), audited[1]
    path = made.workspace / "runs" / run / "scores.parquet"
    scores = pd.read_parquet(path)
    scores["level"] = scores["level"] / 2
    scores.to_parquet(path, index=False)
    done = made.run("sign", run, "--key", made.key(SIGNATORIES[0]), "--authority", made.authority)
    assert done.returncode == 5, done.stderr


def test_withdrawing_is_recorded_and_final(released: tuple[SmallAuthority, str, str], copied: Copied) -> None:
    made, run = copied(released[0]), released[1]
    done = made.run(
        "withdraw",
        f"{run}-shadow",
        "--reason",
        "Precision fell",
        "--by",
        "Head of service",
        "--authority",
        made.authority,
    )
    assert done.returncode == 0, done.stderr
    letters = sorted((made.workspace / "notices" / f"{run}-shadow").iterdir())
    zones = [zone["code"] for zone in yaml.safe_load(made.authority.read_text(encoding="utf-8"))["zones"]]
    assert [path.name for path in letters] == [f"{zone}-withdrawn.md" for zone in zones]
    assert all(str(path) in done.stdout for path in letters)
    assert "Precision fell" in letters[0].read_text(encoding="utf-8")
    assert not _registered(made)
    assert made.run("release", run, "--authority", made.authority).returncode == 4


def test_a_suspended_release_is_of_no_use_and_its_recipients_are_told(
    released: tuple[SmallAuthority, str, str], copied: Copied
) -> None:
    made, run = copied(released[0]), released[1]
    assert _registered(made) == {run}
    words = ("--reason", "Being looked into", "--by", "Head of service", "--authority", made.authority)
    done = made.run("suspend", f"{run}-shadow", *words)
    assert done.returncode == 0, done.stderr
    assert list((made.workspace / "notices" / f"{run}-shadow").glob("*-suspended.md"))
    assert not _registered(made)
    assert made.run("release", run, "--authority", made.authority).returncode == 4


def _registered(made: SmallAuthority) -> set[str]:
    """The runs whose models bear the alias `released`."""
    client = MlflowClient(tracking_uri=Tracking(made.workspace / "mlflow").address)
    held = [
        client.get_model_version(model.name, model.aliases[RELEASED])
        for model in client.search_registered_models()
        if RELEASED in model.aliases
    ]
    return {version.tags["prevention.run"] for version in held}


def test_the_registered_model_says_by_what_it_was_let_out(released: tuple[SmallAuthority, str, str]) -> None:
    made, run, _ = released
    client = MlflowClient(tracking_uri=Tracking(made.workspace / "mlflow").address)
    version = client.get_model_version_by_alias("county_quarterly", RELEASED)
    facts = json.loads((made.workspace / "runs" / run / "run.json").read_text(encoding="utf-8"))
    (entry,) = Ledger(made.workspace / "ledger.sqlite").entries("released")
    told = {name.removeprefix("prevention."): value for name, value in version.tags.items()}
    assert told["records_hash"] == facts["records_hash"]
    assert (told["certificate"], told["expires"]) == (
        entry.body["certificate"]["id"],
        entry.body["certificate"]["expires"],
    )
    files = made.workspace / "runs" / run
    for name, path in (
        ("report", files / "report.json"),
        ("policy", files / "policy.yaml"),
        ("model", files / "model"),
    ):
        assert told[f"{name}_hash"] == hash_of(path)
    kept = Path(client.get_run(version.run_id).info.artifact_uri.removeprefix("file://")) / "model"
    assert hash_of(kept) == told["model_hash"]


def test_every_entry_of_the_ledger_is_of_a_kind_that_is_known_and_whole(
    released: tuple[SmallAuthority, str, str],
) -> None:
    made, *_ = released
    entries = Ledger(made.workspace / "ledger.sqlite").entries()
    assert [entry.seq for entry in entries if lacking(entry.kind, entry.body)] == []
    given = [entry.body for entry in entries if entry.kind == "list_given"]
    packs = {
        path.parent.name: hash_of(path) for path in (made.workspace / "releases").rglob("*/manifest.json")
    }
    assert {body["zone"]: body["pack"] for body in given} == packs
    settings = yaml.safe_load(made.authority.read_text(encoding="utf-8"))
    assert [body["recipient"] for body in given] == [zone["recipient"] for zone in settings["zones"]]


@pytest.mark.parametrize("name", ["list.html", "list.xlsx", "list.csv", "manifest.json"])
def test_a_changed_byte_of_a_list_stops_the_release_with_exit_code_5(
    released: tuple[SmallAuthority, str, str], copied: Copied, name: str
) -> None:
    made, run = copied(released[0]), released[1]
    path = next((made.workspace / "releases" / f"{run}-shadow").rglob(f"*/{name}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = made.run("release", run, "--authority", made.authority)
    assert done.returncode == 5, done.stderr


def test_no_name_or_identifier_exists_outside_the_vault_and_the_released_lists(
    released: tuple[SmallAuthority, str, str],
) -> None:
    """Every identifier, full name, address and postcode of the county, against every cell, page, log and database."""
    made, _, said = released
    secret = _secrets(made)
    assert len(secret) > 10_000
    apart = (made.workspace / "vault", made.workspace / "releases")
    read = set()
    for path in sorted(made.workspace.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(folder) for folder in apart):
            read.add(path.suffix)
            found = secret & set(_pieces(path))
            assert not found, f"{path.relative_to(made.workspace)} names {len(found)} people or identifiers"
    assert read >= {".parquet", ".sqlite", ".db", ".html", ".json", ".md", ".csv", ".yaml", ".txt"}
    assert not secret & set(_words(said))


def test_the_search_for_names_would_find_them(released: tuple[SmallAuthority, str, str]) -> None:
    made, _, _ = released
    secret = _secrets(made)
    page = next(made.workspace.glob("releases/*/Z1/list.html"))
    assert secret & set(_pieces(page))
    assert secret & set(_words(made.vault().read().to_csv()))


def test_mlflow_holds_no_row_of_a_person(released: tuple[SmallAuthority, str, str]) -> None:
    made, run, _ = released
    people = set(pd.read_parquet(made.workspace / "runs" / run / "scores.parquet")["person_id"])
    families = set(pd.read_parquet(made.workspace / "runs" / run / "scores.parquet")["household_id"])
    for path in sorted((made.workspace / "mlflow").rglob("*")):
        if path.is_file():
            assert not (people | families) & set(_pieces(path)), path.name


def _secrets(made: SmallAuthority) -> set[str]:
    """What names a person: identifiers, "forename surname", addresses and postcodes, in lower case."""
    vault = made.vault().read()
    found: set[str] = set()
    for column in ("la_person_id", "upn", "nhs_number", "address", "postcode"):
        found |= set(vault[column].dropna().str.lower())
    named = vault.dropna(subset=["forename", "surname"])
    found |= set((named["forename"] + " " + named["surname"]).str.lower())
    found |= set(named["surname"].str.lower())
    return {text for text in found if len(text) > 4}


def _pieces(path: Path) -> Iterator[str]:
    """Everything that a file says, as texts to compare: cells whole, and words, and pairs of words."""
    if path.suffix == ".parquet":
        for column in pq.read_table(path).to_pandas().select_dtypes(include=["object", "str", "string"]):
            values = pq.read_table(path, columns=[column]).to_pandas()[column].dropna().astype(str).unique()
            for value in values:
                yield value.lower()
                yield from _words(value)
    elif path.suffix in (".sqlite", ".db"):
        with sqlite3.connect(path) as database:
            yield from _words("\n".join(database.iterdump()))
    else:
        yield from _words(path.read_bytes().decode("utf-8", "ignore"))


def _words(text: str) -> Iterator[str]:
    words = re.findall(r"[\w'-]+", text.lower())
    yield from words
    yield from (f"{first} {second}" for first, second in itertools.pairwise(words))


def test_run_facts_hold_no_path_of_this_machine(audited: Audited) -> None:
    made, run = audited
    for name in ("run.json", "report.json", "figures.json", "card.md", "experiment.yaml"):
        text = (made.workspace / "runs" / run / name).read_text(encoding="utf-8")
        assert str(made.folder) not in text
        if name.endswith(".json"):
            json.loads(text)


def test_who_objects_or_is_erased_is_in_the_scores_of_no_later_run(audited: Audited, copied: Copied) -> None:
    made, run = copied(audited[0]), audited[1]
    before = pd.read_parquet(made.workspace / "runs" / run / "scores.parquet")
    objector, erased, *_ = before.drop_duplicates("household_id")["person_id"]
    for word, person in (("objection", objector), ("erasure", erased)):
        done = made.run("rights", word, made.authority, "--person", person, "--by", "Data protection officer")
        assert done.returncode == 0, done.stderr
    done = made.run("run", made.folder / "quarterly.yaml")
    assert done.returncode == 0, done.stderr
    folder = made.workspace / "runs" / done.stdout.split()[1]
    after = pd.read_parquet(folder / "scores.parquet")
    assert folder.name != run
    assert set(before["person_id"]) - set(after["person_id"]) >= {objector, erased}
    assert len(set(after["person_id"])) == len(set(before["person_id"])) - 2
    assert "objects to this use" in (folder / "left_out.csv").read_text(encoding="utf-8")
    assert erased not in made.vault().read()["person_id"].to_list()
