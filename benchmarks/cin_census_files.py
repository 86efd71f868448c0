"""A made-up CIN census of any size, written without holding it in memory; nobody in it exists."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>838</LEA><SoftwareCode>made up</SoftwareCode></Source>
  </Header>
  <Children>
"""
_TAIL = "  </Children>\n</Message>\n"
_NEEDS, _SOURCES = ("N1", "N2", "N3", "N4", "N5", "N8"), ("1A", "2A", "3A", "3E", "5D", "6", "8")
_FACTORS = ("1B", "2B", "3A", "3B", "4A", "4B", "7A", "11A", "16A", "17A", "18C", "24A")
_ETHNICITIES = ("WBRI", "WOTH", "MWBC", "APKN", "BAFR", "CHNE", "NOBT")
_FIRST = date(2023, 4, 1)


def write_census(path: Path, megabytes: int, seed: int = 0) -> None:
    """Write a census of about this size, as a supplier's software does: one element a line, indented."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for child in _children(np.random.default_rng(seed)):
            written += file.write(child)
            if written > megabytes * 1_000_000:
                break
        file.write(_TAIL)


def _children(rng: np.random.Generator) -> Iterator[str]:
    number = 0
    while True:
        for draws in rng.integers(0, 1_000_000, (10_000, 24)).tolist():
            number += 1
            yield _child(number, draws)


def _child(number: int, draws: list[int]) -> str:
    born = date(2006, 1, 1) + timedelta(days=draws[0] % 6_500)
    needs = "".join(f"          <Disability>{code}</Disability>\n" for code in ("LD", "AUT")[: draws[1] % 3])
    referrals = "".join(_referral(draws[place : place + 10]) for place in (2, 12)[: 1 + (draws[22] % 5 == 0)])
    return (
        "    <Child>\n      <ChildIdentifiers>\n"
        f"        <LAchildID>MU{number:010d}</LAchildID>\n        <UPN>{_upn(number)}</UPN>\n"
        f"        <PersonBirthDate>{born}</PersonBirthDate>\n"
        f"        <GenderCurrent>{1 + draws[1] % 2}</GenderCurrent>\n"
        "      </ChildIdentifiers>\n      <ChildCharacteristics>\n"
        f"        <Ethnicity>{_ETHNICITIES[draws[1] % 7]}</Ethnicity>\n"
        + (f"        <Disabilities>\n{needs}        </Disabilities>\n" if needs else "")
        + f"      </ChildCharacteristics>\n{referrals}    </Child>\n"
    )


def _upn(number: int) -> str:
    return f"A{number:011d}B"


def _referral(draws: list[int]) -> str:
    start = _FIRST + timedelta(days=draws[0] % 300)
    authorised, closed = (
        start + timedelta(days=20 + draws[1] % 30),
        start + timedelta(days=60 + draws[2] % 60),
    )
    factors = "".join(
        f"            <AssessmentFactors>{_FACTORS[(draws[3] + step) % 12]}</AssessmentFactors>\n"
        for step in range(1 + draws[3] % 4)
    )
    return (
        "      <CINdetails>\n"
        f"        <CINreferralDate>{start}</CINreferralDate>\n"
        f"        <ReferralSource>{_SOURCES[draws[4] % 7]}</ReferralSource>\n"
        f"        <PrimaryNeedCode>{_NEEDS[draws[5] % 6]}</PrimaryNeedCode>\n"
        + (
            f"        <CINclosureDate>{closed}</CINclosureDate>\n        <ReasonForClosure>RC8</ReasonForClosure>\n"
            if draws[6] % 2
            else ""
        )
        + f"        <Assessments>\n          <AssessmentActualStartDate>{start}</AssessmentActualStartDate>\n"
        f"          <AssessmentAuthorisationDate>{authorised}</AssessmentAuthorisationDate>\n"
        f"          <FactorsIdentifiedAtAssessment>\n{factors}          </FactorsIdentifiedAtAssessment>\n"
        "        </Assessments>\n"
        + (
            "        <CINPlanDates>\n"
            f"          <CINPlanStartDate>{authorised}</CINPlanStartDate>\n"
            "        </CINPlanDates>\n"
            if draws[7] % 2
            else ""
        )
        + (_protection(start, authorised) if draws[8] % 4 == 0 else "")
        + "        <ReferralNFA>0</ReferralNFA>\n      </CINdetails>\n"
    )


def _protection(start: date, conference: date) -> str:
    reviews = "".join(
        f"            <CPPreviewDate>{conference + timedelta(days=days)}</CPPreviewDate>\n"
        for days in (40, 80)
    )
    return (
        f"        <Section47>\n          <S47ActualStartDate>{start}</S47ActualStartDate>\n"
        f"          <DateOfInitialCPC>{conference}</DateOfInitialCPC>\n          <ICPCnotRequired>0</ICPCnotRequired>\n"
        "        </Section47>\n        <ChildProtectionPlans>\n"
        f"          <CPPstartDate>{conference}</CPPstartDate>\n"
        "          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>\n"
        "          <LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>\n"
        "          <NumberOfPreviousCPP>0</NumberOfPreviousCPP>\n"
        f"          <Reviews>\n{reviews}          </Reviews>\n        </ChildProtectionPlans>\n"
    )
