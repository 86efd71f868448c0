"""What a list's header promises beside what came later, zone by zone, in a county of people who do not exist.

    python -m benchmarks.header_later OUT [--people 85690] [--seed 11]

The county is seven years long, and every date of its experiment is a year earlier, so that a year of records follows
the day of the lists. The lists are released as anybody's are. Then, for each zone and outcome that ranks: how many of
its listed families had a child who came to it within the follow-up, by the same records, beside "about x of 20
(between y and z)" on the header. Families that cannot be followed to the end are left out and counted.
"""

import argparse
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import yaml

from prevention_model.outcomes import outcome_statuses
from prevention_model.pipeline.listed import listed_in
from prevention_model.pipeline.load import load
from prevention_model.pipeline.opening import key_place
from prevention_model.pipeline.plan import plan_from_files
from prevention_model.pipeline.progress import Plain
from prevention_model.pipeline.release import release_run
from prevention_model.pipeline.run import run
from prevention_model.pipeline.signing import sign_run
from prevention_model.release import Waiver, new_key
from prevention_model.settings.authority import read_authority
from prevention_model.settings.policy import Policy
from prevention_model.settings.shipped import shipped
from prevention_model.synthetic import write_county

_SIGNATORIES = ("signatory one", "signatory two")
_HEADER = re.compile(r"\(between (\d+) and (\d+)\)")


def main() -> None:
    """Make the county where it is not there yet, release its lists, and print what came later."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("out", type=Path)
    asked.add_argument("--people", type=int, default=85_690)
    asked.add_argument("--seed", type=int, default=11)
    chosen = asked.parse_args()
    out, progress = chosen.out, Plain()
    if not (out / "quarterly.yaml").exists():
        make(out, chosen.people, chosen.seed)
    loaded = load(out / "authority.yaml", progress)
    authority = read_authority(out / "authority.yaml")
    made = run(out / "quarterly.yaml", loaded.workspace, authority, progress)
    print(made.report.verdict, *made.report.reasons, sep="\n")
    # A year earlier there is a year less to learn from, and the audit refuses much of it. What the header promises is
    # asked all the same; a list that anybody would act on has no such waivers.
    until = date.today() + timedelta(days=30)
    codes = sorted({code for reason in made.report.reasons for code in re.findall(r"^PM\d{3}", reason)})
    waivers = [
        Waiver(code, "People who do not exist: only the header is looked at.", until) for code in codes
    ]
    for name in _SIGNATORIES:
        sign_run(loaded.workspace, authority, made.run_id, out / f"{name}.pem", waivers)
    keys = key_place(authority, out.resolve())
    packs = release_run(loaded.workspace, authority, keys, made.run_id, "shadow", progress)
    listed = listed_in(loaded.workspace, f"{made.run_id}-shadow")
    plan = plan_from_files(out / "quarterly.yaml", authority)
    records = loaded.workspace.records()
    print("| zone | outcome | header | came later | families followed | within |\n|---|---|---|---|---|---|")
    for zone, pack in packs.items():
        header = json.loads((pack / "list.json").read_text(encoding="utf-8"))["header"]
        here = listed[listed["zone"] == zone]
        asked_about = here.assign(index_date=pd.Timestamp(plan.experiment.score_on))
        status = outcome_statuses(records, asked_about[["person_id", "index_date"]], plan.outcomes)
        for place, name in enumerate(plan.weights):
            by_child = pd.Series(
                status[name].astype("str").to_numpy(), status.index.get_level_values("person_id")
            )
            came, followed = later(here, by_child.reindex(here["person_id"]).to_numpy())
            words = header["expected_true_in_list"][place]
            least, most = (int(end) for end in _HEADER.findall(words)[0])
            print(
                f"| {zone} | {name} | {words} | {came} | {followed} | {least <= 20 * came / followed <= most} |"
            )


def later(listed: pd.DataFrame, status: object) -> tuple[int, int]:
    """Families with a child who came to it, and families whose children could all be followed, or one of whom came."""
    families = listed.assign(came=status == "onset", lost=status == "censored").groupby("family_ref")[
        ["came", "lost"]
    ]
    whole = families.max()
    followed = whole[whole["came"] | ~whole["lost"]]
    return int(followed["came"].sum()), len(followed)


def make(out: Path, people: int, seed: int) -> None:
    """A county of seven years, with the county's experiment a year earlier, its policy and two signatories."""
    write_county(out, people=people, years=7, seed=seed)
    policy = shipped("experiments/county") / "policy.yaml"
    (out / "policy.yaml").write_text(policy.read_text(encoding="utf-8"), encoding="utf-8")
    roles = Policy.read(policy).sign_off_roles
    signatories = [
        {"name": name, "role": role, "public_key": new_key(out / f"{name}.pem")}
        for name, role in zip(_SIGNATORIES, roles, strict=True)
    ]
    authority = yaml.safe_load((out / "authority.yaml").read_text(encoding="utf-8"))
    (out / "authority.yaml").write_text(
        yaml.safe_dump({**authority, "signatories": signatories}, sort_keys=False), encoding="utf-8"
    )
    experiment = (shipped("experiments/county") / "quarterly.yaml").read_text(encoding="utf-8")
    moved = re.sub(r"\b(20\d\d)-(\d\d-\d\d)\b", lambda day: f"{int(day[1]) - 1}-{day[2]}", experiment)
    (out / "quarterly.yaml").write_text(moved, encoding="utf-8")


if __name__ == "__main__":
    main()
