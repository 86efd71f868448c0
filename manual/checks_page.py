"""The page of the audit's checks, made from the checks and the policy that ships."""

import inspect
import json

import yaml

from manual.markdown import page as joined
from manual.markdown import table
from prevention_model.audit.check import Check
from prevention_model.audit.checks import CHECKS
from prevention_model.settings.describe import MEANINGS
from prevention_model.settings.policy import DEFAULT_POLICY, Policy

HEAD = """# Checks of the audit

Each check looks for one fault, is one file in `src/prevention_model/audit/checks/`, and says one of four things:
*passed*, *failed*, *too few to assess*, *not applicable*. Only the first passes. What a policy demands of each, as it
ships, stands beside it: an authority's own policy may demand otherwise. Why these faults, and how small a fault is
found, is in [the audit](../explanation/audit.md); a check is added as [this page](../how-to/checks.md) says.

- **required**: a run in which it fails is refused.
- **must be assessable**: a run in which it is too few to assess, or not applicable, is refused as well.
- **never waived**: nobody may sign past it.

This page is made by `python -m manual`; a test compares the two."""


def page() -> str:
    """The whole page, as Markdown."""
    policy = Policy.read(DEFAULT_POLICY)
    meanings = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))["Policy"]
    rows = [
        (f"[{check.code}](#{anchor(check)})", check.title, *held(check.code, policy), once(check))
        for check in CHECKS
    ]
    columns = ("code", "looks for", "required", "must be assessable", "never waived", "asked")
    return joined(HEAD, table(columns, rows), *(described(check, policy, meanings) for check in CHECKS))


def anchor(check: Check) -> str:
    """The anchor of a check's heading."""
    words = "".join(
        letter for letter in f"{check.code} {check.title}".lower() if letter.isalnum() or letter in " -"
    )
    return words.replace(" ", "-")


def held(code: str, policy: Policy) -> tuple[str, str, str]:
    """What the shipped policy demands of a check."""
    return tuple(
        "yes" if code in codes else "no"
        for codes in (policy.required, policy.must_be_assessable, policy.never_waived)
    )  # type: ignore[return-value]


def once(check: Check) -> str:
    """How often it is asked."""
    return "once a run" if check.once else "of each outcome"


def described(check: Check, policy: Policy, meanings: dict[str, str]) -> str:
    """One check: why it matters, what it does, and the thresholds that it reads."""
    does = " ".join((inspect.getdoc(check.run) or "").split("\n\n")[0].split())
    parts = [f"## {check.code} {check.title}", f"{check.why}\n\n{does}"]
    if check.policy_keys:
        values = policy.model_dump(mode="json")
        rows = [(f"`{key}`", shown(values[key]), meanings[key]) for key in check.policy_keys]
        parts.append(table(("policy", "as shipped", "meaning"), rows))
    return "\n\n".join(parts)


def shown(value: object) -> str:
    """A value of the policy, as it stands in the file."""
    return f"`{json.dumps(value)}`"
