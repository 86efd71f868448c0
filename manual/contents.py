"""The contents of the site: under each page that gathers others, those others, in their order."""

CONTENTS: dict[str, tuple[str, ...]] = {
    "index": (
        "tutorial",
        "how-to/index",
        "reference/index",
        "explanation/index",
        "explanation/security",
        "glossary",
        "decisions/index",
        "changelog",
        "contributing",
    ),
    "how-to/index": (
        "add-a-source",
        "rights",
        "vault-keys",
        "meds",
        "features",
        "outcomes",
        "several-outcomes",
        "more-children",
        "policy",
        "checks",
        "read-a-card",
        "publish",
        "postgresql-ledger",
        "coordinator",
        "feedback",
        "trace",
    ),
    "reference/index": (
        "commands",
        "python",
        "../how-to/configure",
        "tables",
        "standards",
        "features",
        "outcomes",
        "checks",
        "../how-to/errors",
    ),
    "explanation/index": (
        "cannot-tell",
        "architecture",
        "time",
        "linkage",
        "rise",
        "explanations",
        "label-bias",
        "audit",
        "mitigation",
        "small-numbers",
        "release",
        "lists",
        "speed",
        "synthetic-county",
    ),
}
"""Decisions are gathered by their files: see `contents`."""


def contents(page: str, decisions: list[str]) -> str:
    """The contents under a page, as MyST writes them; empty for a page that gathers none.

    >>> print(contents("decisions/index", ["0001-one-path"]))
    <BLANKLINE>
    ```{toctree}
    :hidden:
    0001-one-path
    ```
    <BLANKLINE>
    """
    gathered = decisions if page == "decisions/index" else CONTENTS.get(page, ())
    return "\n```{toctree}\n:hidden:\n" + "\n".join(gathered) + "\n```\n" if gathered else ""
