"""`publication:` of authority.yaml: what is published about a model that no evidence can tell.

It is a form that may be half filled: an authority can be loaded long before everything in it is known. What is empty
is named by `unfilled`, and stands in the way of publishing, and of nothing else.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from prevention_model.settings.base import Settings

PLACEHOLDERS = frozenset(
    {
        "tbc",
        "tbd",
        "todo",
        "n/a",
        "none",
        "unknown",
        "not known",
        "not yet known",
        "to be confirmed",
        "to be decided",
    }
    | {"to follow", "more information needed", "-", "?"}
)
"""Texts that fill a field and say nothing. A field that holds one of them counts as empty."""

Characteristic = Literal[
    "age",
    "disability",
    "gender reassignment",
    "marriage and civil partnership",
    "pregnancy and maternity",
    "race",
    "religion or belief",
    "sex",
    "sexual orientation",
]
"""The characteristics that section 4 of the Equality Act 2010 protects."""


class WhoAndWhen(Settings):
    """Who will know something, by their role, and by which day."""

    owner: Annotated[str, Field(min_length=1)]
    by: date


class NotYetKnown(Settings):
    """The one way to say that something is not known yet: with who finds out, and by when."""

    not_yet_known: WhoAndWhen

    def __str__(self) -> str:
        by = self.not_yet_known.by
        return f"Not yet known. To be found out by {self.not_yet_known.owner}, by {by.day} {by:%B %Y}."


def _answer(given: object) -> object:
    """An answer as typed, or a ValueError that says how to type one."""
    if given is None or isinstance(given, (str, NotYetKnown)):
        return given
    if isinstance(given, date):
        return given.isoformat()
    if not isinstance(given, dict):
        raise ValueError("give text, in quotes where it is a number")
    try:
        return NotYetKnown.model_validate(given)
    except ValidationError:
        raise ValueError(
            "give text, or `not_yet_known: {owner: ROLE, by: DATE}` with both and nothing else"
        ) from None


Answer = Annotated[str | NotYetKnown | None, BeforeValidator(_answer)]
"""Text, or who will know it and by when."""


class Form(Settings):
    """A part of the form. A blank or a placeholder is as if left out; `may_be_empty` names what need not be filled."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _blank_is_left_out(cls, given: Any) -> Any:
        if given is None:
            return {}
        if not isinstance(given, dict):
            return given
        # An unknown key stays, blank or not, so that a misspelt one is refused.
        return {k: v for k, v in given.items() if k not in cls.model_fields or not _is_empty(v)}

    def asked(self) -> tuple[str, ...]:
        """The fields that have to be filled before anything is published."""
        return tuple(name for name in type(self).model_fields if name not in self.may_be_empty)


class Party(Form):
    """A company or body outside the authority that had a part in the tool."""

    name: Answer = None
    companies_house_number: Answer = None
    role: Answer = None
    procurement_procedure_type: Answer = None
    data_access_terms: Answer = None


class ThirdParty(Form):
    """Whether anybody outside the authority had a part in the tool, and who."""

    involved: bool | None = None
    parties: tuple[Party, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "ThirdParty":
        if self.parties and self.involved is False:
            raise ValueError("parties are named although none is involved")
        return self

    def asked(self) -> tuple[str, ...]:
        """Parties are asked for only where some are involved."""
        return ("involved", "parties") if self.involved else ("involved",)


class Owner(Form):
    """Who answers for the tool."""

    team: Answer = None
    senior_responsible_owner: Answer = None
    third_party: ThirdParty = ThirdParty()


class Rationale(Form):
    """Why there is such a tool at all."""

    may_be_empty = frozenset({"detailed_description"})

    detailed_description: Answer = None
    context: Answer = None
    benefits: Answer = None
    previous_process: Answer = None
    alternatives_considered: Answer = None


class Deployment(Form):
    """How the lists are used, and by whom."""

    integration: Answer = None
    human_review: Answer = None
    frequency_and_scale: Answer = None
    required_training: Answer = None
    appeals_and_review: Answer = None


class ToolSystem(Form):
    """Where the tool runs, and who looks after it."""

    architecture: Answer = None
    maintenance: Answer = None


class SourceWords(Form):
    """What an authority knows of the data of one source that the files do not say."""

    may_be_empty = frozenset({"known_gaps"})

    collected_for: Answer = None
    people_told: Answer = None
    known_gaps: Answer = None


class DataWords(Form):
    """What is so of all data: how they come about, where they lie, by which agreements they are shared."""

    collection: Answer = None
    access_and_storage: Answer = None
    sharing_agreements: Answer = None
    by_source: dict[str, SourceWords] = {}

    def asked(self) -> tuple[str, ...]:
        """`by_source` is asked for source by source, by `Publication.unfilled`."""
        return ("collection", "access_and_storage", "sharing_agreements")


class Assessment(Form):
    """An impact assessment, of whichever kind, and where it can be read."""

    name: Answer = None
    date: Answer = None
    summary: Answer = None
    url: Answer = None


class Risk(Form):
    """Something that could go wrong, and what is done so that it does not."""

    name: Answer = None
    description: Answer = None
    mitigation: Answer = None


class RiskWords(Form):
    """Impact assessments, and risks with what is done about them."""

    impact_assessments: tuple[Assessment, ...] = ()
    risks: tuple[Risk, ...] = ()


class OpenWords(Form):
    """What a reader of the work must know to judge it: who approved and paid, and what can be looked at."""

    ethics_approval: Answer = None
    funding: Answer = None
    conflicts_of_interest: Answer = None
    protocol: Answer = None
    registration: Answer = None
    data_sharing: Answer = None
    code_sharing: Answer = None
    next_steps: Answer = None


class TookPart(Form):
    """Some people who took part in deciding what is looked at and how lists are used."""

    who: Answer = None
    when: Answer = None
    how: Answer = None
    what_changed: Answer = None


class Privacy(Form):
    """What families are told about their data, and what the law asks beside it."""

    data_protection_officer: Answer = None
    contact: Answer = None
    recipients: Answer = None
    retention: Answer = None
    transfers: Answer = None
    special_category_condition: Answer = None
    criminal_offence_condition: Answer = None
    necessity: Answer = None
    officer_advice: Answer = None
    prior_consultation: Answer = None


class Equality(Form):
    """How regard was had to the three aims of section 149 of the Equality Act 2010.

    `groupings` says which groupings of the audit speak of which protected characteristic.
    """

    may_be_empty = frozenset({"groupings"})

    eliminate_discrimination: Answer = None
    advance_opportunity: Answer = None
    foster_relations: Answer = None
    groupings: dict[Characteristic, tuple[str, ...]] = {
        "age": ("age_band",),
        "disability": ("disability", "send"),
        "race": ("ethnicity", "eal"),
        "sex": ("sex",),
    }


class Publication(Form):
    """The whole block. Every key may be left out; `unfilled` names what has to be there before anything is published.

    >>> half = Publication.check({"region": "Made-up shire", "owner": {"team": "TBC"}}, where="authority.yaml")
    >>> half.unfilled()[:3]
    ('publication.website', 'publication.contact_email', 'publication.owner.team')
    """

    region: Answer = None
    website: Answer = None
    contact_email: Answer = None
    owner: Owner = Owner()
    rationale: Rationale = Rationale()
    deployment: Deployment = Deployment()
    system: ToolSystem = ToolSystem()
    data: DataWords = DataWords()
    risk: RiskWords = RiskWords()
    open_science: OpenWords = OpenWords()
    co_production: tuple[TookPart, ...] = ()
    privacy: Privacy = Privacy()
    equality: Equality = Equality()

    @field_validator("website")
    @classmethod
    def _an_address(cls, given: Answer) -> Answer:
        if isinstance(given, str) and not re.fullmatch(r"https?://\S+", given.strip()):
            raise ValueError("give an address that begins with https://")
        return given

    @field_validator("contact_email")
    @classmethod
    def _an_email(cls, given: Answer) -> Answer:
        if isinstance(given, str) and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given.strip()):
            raise ValueError("give one email address")
        return given

    def unfilled(self, sources: Sequence[str] = ()) -> tuple[str, ...]:
        """Every mandatory field that is empty, by the key as it would be typed; also of each of these sources."""
        answers = [*_leaves("publication", self, _asked)]
        for name in sources:
            words = self.data.by_source.get(name, SourceWords())
            answers += _leaves(f"publication.data.by_source.{name}", words, _asked)
        return tuple(key for key, value in answers if _is_empty(value))

    def overdue(self, on: date) -> tuple[str, ...]:
        """Every field, by its key, that was to be known by a day before `on` and is not yet."""
        answers = _leaves("publication", self, lambda form: type(form).model_fields)
        return tuple(
            key for key, value in answers if isinstance(value, NotYetKnown) and value.not_yet_known.by < on
        )


def _asked(form: Form) -> Iterable[str]:
    return form.asked()


def _leaves(key: str, value: object, names: Callable[[Form], Iterable[str]]) -> Iterator[tuple[str, object]]:
    """Every field in a value, by its dotted key: of each form those that `names` names. An empty list is one field."""
    parts: Iterable[tuple[object, object]] = ()
    match value:
        case Form():
            parts = [(name, getattr(value, name)) for name in names(value)]
        case tuple():
            parts = list(enumerate(value))
        case dict():
            parts = list(value.items())
    if not parts:
        yield key, value
    for name, part in parts:
        yield from _leaves(f"{key}.{name}", part, names)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip() or value.strip(" .").casefold() in PLACEHOLDERS
    return value is None or value == ()
