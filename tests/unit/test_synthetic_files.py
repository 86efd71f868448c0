"""The files that agencies would send: readable by their maps, late as in life, dirty as declared."""

import csv
import hashlib
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.records.maps import SourceMap
from prevention_model.settings.authority import Authority, read_authority
from prevention_model.synthetic import CountySummary, write_county
from tests.fixtures.county_files import CountyFiles, text

pytestmark = pytest.mark.xdist_group(
    "synthetic files"
)  # what its tests share is made once, not once for each worker

VOCABULARY = {
    "event": "police_notice ed_attendance missed_appointment kept_appointment mandated_check arrears_action "
    "offence_outcome activity_attended view_recorded adult_mental_health_contact adult_substance_contact adult_engaged",
    "spell": "early_help mh_referral homelessness_duty tenancy youth_intervention substance_treatment activity",
    "measurement": "rent_arrears development_score",
    "attribute": "lead_practitioner_team family_agreement objection safe_contact protected_record case_status",
    "place": "home",
}
"""What comes by a map; the rest comes by the statutory returns."""

AGENCIES = {
    "social_care", "early_help", "police", "housing", "health", "youth_justice", "parents_services", "participation",
}  # fmt: skip
STANDARDS = {"cin_census", "ssda903", "school_census", "sen2", "ssd", "annex_a"}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return write_county(tmp_path_factory.mktemp("county") / "out", people=2_500, seed=4)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return write_county(tmp_path_factory.mktemp("clean") / "out", people=2_500, seed=4, dirt=0.0)


@pytest.fixture(scope="module")
def authority(county: CountySummary) -> Authority:
    return read_authority(county.out / "authority.yaml")


def maps(county: CountySummary) -> dict[str, SourceMap]:
    return {path.stem: SourceMap.read(path) for path in sorted((county.out / "maps").glob("*.yaml"))}


def rows(county: CountySummary, source: str) -> pd.DataFrame:
    parts = [pd.DataFrame(csv.DictReader(text(path).splitlines())) for path in files(county, source)]
    return pd.concat(parts, ignore_index=True)


def files(county: CountySummary, source: str) -> list[Path]:
    return sorted((county.out / "files" / source).glob("*.csv"))


def days(column: pd.Series, source_map: SourceMap) -> pd.Series:
    """A clean file's dates: all in the first format of the map."""
    return pd.to_datetime(column.replace("", None), format=source_map.date_format[0])


def digests(county: CountySummary) -> dict[str, str]:
    # The keys of the vault are random, whatever the seed.
    paths = [path for path in sorted(county.out.rglob("*")) if path.is_file() and path.suffix != ".key"]
    return {str(p.relative_to(county.out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def test_the_same_arguments_give_the_same_bytes(county: CountySummary, tmp_path: Path) -> None:
    again = write_county(tmp_path / "again", people=2_500, seed=4)
    assert digests(again) == digests(county)


def test_another_seed_gives_another_county(county: CountySummary, tmp_path: Path) -> None:
    other = write_county(tmp_path / "other", people=2_500, seed=5)
    same = {name for name, digest in digests(other).items() if digests(county).get(name) == digest}
    # What no draw enters into: settings, the directory of postcodes, and the heads of census returns.
    fixed = re.compile(r"maps/.*|authority\.yaml|postcodes\.csv|files/school_census/.*_schoolcensus\.csv")
    assert not [name for name in same if not fixed.fullmatch(name)]


def test_every_word_of_the_vocabulary_is_produced(county: CountySummary) -> None:
    found: dict[str, set[str]] = {}
    for source_map in maps(county).values():
        for piece in source_map.produces:
            found.setdefault(piece.table, set()).add(str(piece.name or piece.kind))
    for table, words in VOCABULARY.items():
        assert found[table] == set(words.split()), table
    assert {"person", "household", "relationship"} <= set(found)
    assert {source_map.agency for source_map in maps(county).values()} == AGENCIES


def test_every_file_has_the_columns_its_map_requires(county: CountySummary) -> None:
    for source, source_map in maps(county).items():
        assert files(county, source), source
        declared = {*source_map.columns.required, *source_map.columns.optional}
        for path in files(county, source):
            header = set(next(csv.reader(text(path).splitlines()[:1])))
            assert set(source_map.columns.required) <= header <= declared, path.name


def test_every_map_says_in_words_what_the_file_is(county: CountySummary) -> None:
    assert all(len(source_map.description) > 50 for source_map in maps(county).values())


def test_nothing_is_known_before_it_happened_or_after_the_extract(clean: CountySummary) -> None:
    for source, source_map in maps(clean).items():
        if source == "social_care_status":
            continue
        frame = rows(clean, source)
        for piece in source_map.produces:
            for happened, known in (
                ("event_date", "known_date"), ("start_date", "known_start"), ("end_date", "known_end"),
            ):  # fmt: skip
                first, second = piece.date(happened), piece.date(known)
                if first is None or second is None or first.column is None or second.column is None:
                    continue
                event, learnt = days(frame[first.column], source_map), days(frame[second.column], source_map)
                both = event.notna() & learnt.notna()
                assert (event[both] <= learnt[both]).all(), (source, happened)
                assert (learnt[both] < pd.Timestamp(2025, 4, 1)).all(), (source, known)
                if happened == "end_date":
                    # An end that nobody had heard of on the day is not in the file.
                    assert (learnt.notna() | event.isna()).all(), source


@pytest.mark.parametrize(
    ("source", "happened", "known", "low", "high"),
    [
        ("police_notices", "occurred", "received", 4, 30),
        ("health", "activity_date", "submitted", 42, 60),
        ("nccis", "activity_start", "recorded", 10, 50),
        ("youth_justice", "outcome_date", "outcome_date", 0, 1),
    ],
)
def test_each_agency_is_late_in_its_own_way(
    clean: CountySummary, source: str, happened: str, known: str, low: int, high: int
) -> None:
    source_map, frame = maps(clean)[source], rows(clean, source)
    wait = (days(frame[known], source_map) - days(frame[happened], source_map)).dt.days.mean()
    assert low <= wait < high


def test_files_are_dirty_in_the_declared_ways(county: CountySummary) -> None:
    raw = {path.name: path.read_bytes() for path in (county.out / "files").rglob("*.csv")}
    assert sum(content.startswith(b"\xef\xbb\xbf") for content in raw.values()) >= 3
    with pytest.raises(UnicodeDecodeError):
        raw["wishes.csv"].decode()
    assert any("\u00a0" in content.decode("utf-8", "ignore") for content in raw.values())
    assert {"1", "true", "TRUE", "Y", "Yes", "a) Yes", "1 - Yes"} <= set(
        rows(county, "social_care_status")["case_open"].str.strip()
    )
    assert {"LA", "YEAR"} <= set(rows(county, "housing").columns)
    assert (rows(county, "police_notices")["dob"] == "").mean() > 0.02
    impossible = re.compile(r"02/01/20251|31/02/2022|1066-10-14|00/00/0000|=TODAY\(\)")
    assert any(impossible.search(text(path)) for path in (county.out / "files").rglob("*.csv"))


def test_clean_files_have_none_of_it(clean: CountySummary) -> None:
    for path in (clean.out / "files").rglob("*.csv"):
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert "02/01/20251" not in content.decode()
    for source, source_map in maps(clean).items():
        frame = rows(clean, source)
        assert not frame.duplicated(list(source_map.unique)).any(), source


def test_the_planted_leak_knows_the_future_under_an_early_date(clean: CountySummary) -> None:
    status, cases = rows(clean, "social_care_status"), CountyFiles(clean.out).cases()
    source_map = maps(clean)["social_care_status"]
    created = days(status["record_created"], source_map)
    early = set(status.loc[created < pd.Timestamp(2020, 6, 1), "child_ref"])
    worked = cases["PrimaryNeedCode"].str.match("N[1-8]") & (
        cases["CINreferralDate"] >= pd.Timestamp(2022, 1, 1)
    )
    later = early & set(cases.loc[worked, "LAchildID"])
    assert later and later <= set(status.loc[status["case_open"] == "1", "child_ref"])
    (piece,) = source_map.produces
    assert piece.event_date == piece.known_date
    assert "overwritten" in source_map.description


def test_the_authority_file_is_valid_and_unsigned(authority: Authority) -> None:
    assert [zone.code for zone in authority.zones] == [f"Z{n}" for n in range(1, 8)]
    assert {zone.capacity for zone in authority.zones} == {20}
    assert authority.signatories == ()
    assert len(authority.offers) >= 10
    themes = {theme for offer in authority.offers for theme in offer.themes}
    assert {"attendance", "exclusion", "send", "social_care", "early_help", "health", "development", "youth_justice",
            "police", "housing", "family", "participation", "parents", "transitions", "missing"} == themes  # fmt: skip
    assert {offer.level for offer in authority.offers} == {1, 2, 3}
    assert any(offer.evidence == "not yet rated" for offer in authority.offers)
    assert {word for offer in authority.offers for word in offer.achieve} == {
        "ambitious", "connected", "healthy", "informed", "educated", "valued", "employed",
    }  # fmt: skip
    assert len(authority.on(date(2025, 1, 1)).offers) < len(authority.offers), "one has ended"
    assert {pyramid.zone for pyramid in authority.pyramids} == {zone.code for zone in authority.zones}


def test_the_authority_lists_every_source_with_its_own_coverage(
    county: CountySummary, authority: Authority
) -> None:
    assert {source.name for source in authority.sources} == set(county.rows)
    began = {source.name: source.coverage.start for source in authority.sources if source.coverage}
    assert {source.name for source in authority.sources if source.standard} == STANDARDS
    assert set(began) == {source.name for source in authority.sources} - (STANDARDS - {"ssd", "annex_a"})
    assert began["housing"] == date(2020, 4, 1)
    assert began["participation"] == date(2021, 4, 1)
    assert began["police_notices"] == date(2019, 4, 1)
    assert len({source.dpia for source in authority.sources}) == len(authority.sources)


def test_areas_and_postcodes_name_every_place_that_an_address_uses(clean: CountySummary) -> None:
    areas = pd.read_csv(clean.out / "areas.csv", dtype=str)
    assert list(areas.columns) == ["lsoa", "zone", "idaci_decile", "rural"]
    assert len(areas) == 219 and areas["lsoa"].is_unique
    postcodes = pd.read_csv(clean.out / "postcodes.csv", dtype=str)
    assert list(postcodes.columns) == ["postcode", "lsoa"] and postcodes["postcode"].is_unique
    assert set(postcodes["lsoa"]) == set(areas["lsoa"])
    for source in ("health_register", "housing", "police_notices", "nccis", "early_help"):
        assert set(rows(clean, source)["postcode"]) <= set(postcodes["postcode"]), source


def test_nobody_lives_in_two_homes_on_one_day(clean: CountySummary) -> None:
    homes = pd.read_parquet(clean.out / "truth" / "households.parquet").sort_values(["person", "from"])
    same = homes["person"] == homes["person"].shift(-1)
    ends = homes["to"].astype(object).where(homes["to"].notna(), date(9999, 1, 1))
    assert (ends[same] <= homes["from"].shift(-1)[same]).all()


def test_agencies_share_no_key(clean: CountySummary) -> None:
    """No two agencies name people by the same kind of number but for the pupil number and the NHS number."""
    kinds = {source: set(source_map.identifiers) for source, source_map in maps(clean).items()}
    assert [source for source in kinds if "la_person_id" in kinds[source]] == ["social_care_status"]
    assert {source for source in kinds if "nhs_number" in kinds[source]} == {
        "health_register", "health", "mental_health", "parents_services",
    }  # fmt: skip
    assert kinds["nccis"] == {"uln", "upn"} and kinds["youth_justice"] == {"local_id", "pnc_id"}
    own = {source: set(rows(clean, source)[source_map.identifiers["local_id"]]) for source, source_map in
           maps(clean).items() if "local_id" in source_map.identifiers}  # fmt: skip
    for one in own:
        for other in own:
            assert one == other or not (own[one] & own[other]) - {""}, (one, other)


def test_every_child_is_in_the_health_register(clean: CountySummary) -> None:
    people = pd.read_parquet(clean.out / "truth" / "people.parquet").query("role == 0")
    begun, until = pd.to_datetime(people["present_from"]), pd.to_datetime(people["present_to"])
    here = people[(begun < pd.Timestamp(2025, 3, 1)) & until.isna()]
    register = rows(clean, "health_register")
    assert set(here["nhs_number"]) <= set(register["nhs_number"])
    assert set(rows(clean, "health")["nhs_number"]) - set(register["nhs_number"]) == set()
    mothers = set(register["mother_nhs_number"]) - {""}
    # Some had died or moved away before the register begins.
    assert len(mothers - set(register["nhs_number"])) < 0.03 * len(mothers)


def test_names_are_not_words_that_a_page_would_hold(clean: CountySummary) -> None:
    index = rows(clean, "health_register")
    whole = set(index["forename"] + " " + index["surname"])
    assert len(whole) > 0.5 * index["nhs_number"].nunique()
    descriptions = " ".join(m.description for m in maps(clean).values())
    assert not any(name in descriptions for name in set(index["surname"]))


def test_the_truth_knows_who_stands_behind_each_row(county: CountySummary) -> None:
    truth = pd.read_parquet(county.out / "truth" / "mentions.parquet")
    people = pd.read_parquet(county.out / "truth" / "people.parquet").set_index("person")
    for source, column, number in (
        ("health_register", "nhs_number", "nhs_number"), ("nccis", "uln", "uln"),
        ("social_care_status", "child_ref", "la_person_id"), ("youth_justice", "pnc_id", "pnc_id"),
    ):  # fmt: skip
        frame = rows(county, source).assign(row=lambda f: range(2, len(f) + 2))
        joined = frame.merge(truth[truth["source"] == source], on="row")
        given = joined[column] != ""
        own = people.loc[joined.loc[given, "person"], number].to_numpy()
        assert len(joined) == len(frame) and (joined.loc[given, column].to_numpy() == own).all(), source


def test_the_truth_lies_apart(county: CountySummary) -> None:
    truth = {path.name for path in (county.out / "truth").iterdir()}
    assert truth == {
        "people.parquet",
        "households.parquet",
        "mentions.parquet",
        "need.parquet",
        "shocks.parquet",
        "episodes.parquet",
        "parameters.json",
    }
    for path in [*(county.out / "maps").glob("*"), county.out / "authority.yaml"]:
        assert not re.search(r"\btruth\b", path.read_text(encoding="utf-8"))


def test_a_county_written_again_keeps_its_key(tmp_path: Path) -> None:
    write_county(tmp_path, people=300, years=2)
    key = (tmp_path / "keys" / "vault.key").read_bytes()
    write_county(tmp_path, people=300, years=2)
    assert (tmp_path / "keys" / "vault.key").read_bytes() == key


def test_progress_is_told_and_the_summary_adds_up(tmp_path: Path) -> None:
    lines: list[str] = []
    summary = write_county(tmp_path, people=400, years=2, progress=lines.append)
    assert summary.people == 400
    assert any("police_notices" in line for line in lines)
    for source in set(summary.rows) - STANDARDS:
        count = summary.rows[source]
        assert count == sum(len(text(path).splitlines()) - 1 for path in files(summary, source))
    assert str(summary).startswith("400 people aged 0-25")


@pytest.mark.parametrize("wrong", [{"people": 5}, {"years": 0}, {"dirt": -1.0}, {"surveillance": -0.1}])
def test_impossible_sizes_are_refused(tmp_path: Path, wrong: dict[str, float]) -> None:
    with pytest.raises(WrongUsage, match="at least 100 people"):
        write_county(tmp_path, **wrong)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
