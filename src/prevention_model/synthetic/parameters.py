"""Every number that shapes the county, with its source.

`rates` is the table of published rates in `docs/explanation/synthetic-county.md`; "free" means that no
published figure was found and the value was chosen. All hazards are for a month unless the name says a year.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PlaceParameters:
    """Areas and schools."""

    lsoas: int = 219  # rates 1: 219 LSOAs
    pyramids: int = 21  # free: three secondary schools to a zone
    primaries: int = 6  # free: about 150 schools in all
    rural: float = 0.62  # rates 1: 46% of residents, once towns and the deprived zone are left out
    decile_shares: tuple[float, ...] = (0.02, 0.03, 0.05, 0.09, 0.12, 0.14, 0.16, 0.15, 0.13, 0.11)
    # rates 1: 11 of 219 in the most deprived fifth; the rest free


@dataclass(frozen=True)
class FamilyParameters:
    """Families, moves, separations, deaths."""

    age_shares: tuple[float, ...] = (0.16, 0.20, 0.28, 0.09, 0.27)  # rates 1: 0-4, 5-9, 10-15, 16-17, 18-25
    sizes: tuple[float, ...] = (0.36, 0.42, 0.15, 0.05, 0.02)  # free: children aged 0-25 in a family, 1 to 5
    twins: float = 0.015  # K: of births
    male: float = 0.512  # K
    ethnicity: tuple[tuple[str, float], ...] = (  # rates 1: 94% White British, and SEN2 shares for the rest
        ("WBRI", 0.928), ("WOTH", 0.031), ("MOTH", 0.026), ("AOTH", 0.006), ("BOTH", 0.003), ("OOTH", 0.006),
    )  # fmt: skip
    arrived: float = 0.11  # free: families that moved in during the six years
    left: float = 0.10  # free: families that moved out
    moves_a_year: float = 0.07  # free: moves of home within the county
    second_parent: float = 0.86  # free: families with a second parent known
    homes_alike: float = (
        0.90  # free: homes in the family's zone, in an area about as deprived as where it belongs
    )
    separates_a_year: float = 0.022  # free: from the first birth on
    child_deaths_a_year: float = 0.00012  # K: about 12 in 100,000
    parent_deaths_a_year: float = 0.0009  # K
    leaves_home_a_year: float = 0.22  # free: from 18
    social_tenant: float = 0.14  # free: families with a social tenancy
    low_income: float = 0.30  # free until FSM is calibrated to rates 4 (20-25%)


@dataclass(frozen=True)
class NeedParameters:
    """How a family's and a child's need move. All free, chosen so that rates and predictability come out right."""

    shock_names: tuple[str, ...] = ("domestic_abuse", "bereavement", "homelessness", "mental_ill_health", "substance_use", "debt")  # fmt: skip  # noqa: E501
    shocks_a_year: tuple[float, ...] = (0.024, 0.020, 0.008, 0.040, 0.012, 0.045)
    shock_weight: tuple[float, ...] = (1.3, 0.6, 0.9, 0.9, 1.3, 0.5)
    half_life_months: tuple[float, ...] = (10, 8, 8, 14, 24, 12)
    shock_on_vulnerability: float = 0.55
    shock_on_deprivation: float = 0.20
    shock_on_shock: float = 0.35  # debt brings homelessness; abuse brings illness
    vulnerability_spread: float = 0.80
    deprivation_weight: float = 0.30
    family_weight: float = 0.60
    own_weight: float = 0.60
    slow_persistence: float = 0.975
    slow_weight: float = 0.50
    quick_persistence: float = 0.75
    quick_weight: float = 0.55
    strength_weight: float = 0.35
    activity_strength: float = 0.15  # what an active membership lowers need by


@dataclass(frozen=True)
class StatutoryParameters:
    """From a contact at the front door to care. Targets: rates 2 and 3, per 10,000 aged 0-17."""

    contact: float = -5.30  # log hazard at need 0: about 1,800 contacts a year (rates 6: 1,300-2,400)
    contact_on_need: float = 0.74
    contact_deprived: float = 0.22  # times `surveillance`: seen more often in poorer places at the same need
    contact_known: float = 1.2  # times `surveillance`: seen more often once known
    known_months: int = 24
    sibling_contact: float = 0.40
    referral: float = -1.98  # log-odds that a contact becomes a referral: 372 a year
    referral_on_need: float = 0.66
    need_episode: float = -0.08  # log-odds that a referral opens an episode: 63% (12% NFA, 25% not in need)
    need_episode_on_need: float = 0.45
    one_decision: float = 0.75  # siblings seen together are decided together
    disabled: float = 0.9  # rates 2: 8% N2, 12.5% with a disability recorded
    episode_months: tuple[float, ...] = (1.6, 4.5, 9.0, 18.0, 44.0)  # rates 2: durations of closed cases
    episode_shares: tuple[float, ...] = (0.209, 0.206, 0.243, 0.207, 0.135)
    plan: float = -5.2  # log hazard in an open episode: 54 plans started
    plan_on_need: float = 0.60
    plan_early: float = 1.3  # in the first four months of an episode
    plan_ends: float = 0.083  # rates 2: 45 at a point over 54 a year
    care: float = -6.05  # log hazard in an open episode: 30 starts a year
    care_on_need: float = 0.55
    care_on_plan: float = 1.6
    care_ends: float = 0.031  # rates 3: 68 at a point over 30 a year
    year_drift: tuple[float, ...] = (1.10, 1.00, 1.03, 1.05, 0.95, 0.95)
    # rates 2: trend of referrals, to the power of `drift`
    by_month: tuple[float, ...] = (207, 140, 205, 204, 189, 200, 177, 215, 265, 229, 188, 169)
    # rates 2: referrals by month, as printed for a year; August, September and December are low


@dataclass(frozen=True)
class EarlyHelpParameters:
    """Early help: who gets it and what it does. Volumes free; the effect is the truth that evaluation can look for."""

    from_contact: float = 0.10  # a contact that did not become a referral
    start: float = -8.4  # log hazard of another way in, at need 0
    start_on_need: float = 0.75
    declined: float = 0.22
    withdrawn: float = 0.06
    ends: float = 0.14
    shortest_months: int = 2
    effect: float = 0.55  # need is lower by this once the work is under way
    onset_months: float = 3.0
    fades_months: float = 14.0  # half-life after the end


@dataclass(frozen=True)
class SchoolParameters:
    """Attendance, exclusion, free meals and special needs. Targets: rates 4."""

    absence: float = -3.36
    absence_trait: float = 0.62
    absence_on_need: float = 0.16
    absence_low_income: float = 0.38
    absence_sen: float = 0.30
    absence_year: float = 0.42  # what a school year brings that nobody could have known
    absence_term: float = 0.36
    refusal: float = 0.021  # a school year mostly missed: rates 4, severe absence 2.3% (K)
    refusal_level: float = 2.9
    unauthorised: float = 0.28
    suspension: float = -6.30
    suspension_on_need: float = 0.25
    suspension_conduct: float = 0.85
    suspension_recent: float = 2.1
    permanent: float = 0.011  # of suspensions: about 0.13 per 100 pupils
    low_income_lasts_years: float = 20.0  # free
    low_income_pauses_years: float = 7.0  # free: no shorter than the county is long
    sen_support: float = 0.165
    ehcp: float = 0.062
    young_carer: float = 0.012  # K: schools record somewhat under 1 pupil in 100; more where a parent is ill
    sixth_form: float = 0.55


@dataclass(frozen=True)
class AgencyParameters:
    """Police, health, housing, youth justice, services to parents, participation. Mostly free (rates 5 and 7)."""

    police_domestic: float = 0.078  # a notice a month at a fresh shock
    police_concern: float = -7.75
    police_on_need: float = 0.65
    ed_infant: float = 0.58  # a year; rates 5: about 0.8 at 0-4 with all kinds, unit unclear
    ed_older: float = 0.27
    self_harm: float = -10.1  # rates 5: 531 girls and 116 boys in 100,000 admitted, about twice that attend
    appointments: float = 0.9
    missed_share: float = -2.2
    checks: tuple[float, ...] = (0.985, 0.90, 0.86, 0.83)  # rates 5: 98% by 30 days, every review over 80%
    development_low: float = 0.14  # rates 5: ASQ-3 needing support
    mental_health_referral: float = -5.82  # rates 5: 8% with an active referral
    arrears: float = 0.16
    offence: float = -11.35  # rates 5: 140-250 first-time entrants in 100,000 aged 10-17
    parent_seen: float = 0.10
    treatment: float = 0.03
    joiners: float = 0.28


@dataclass(frozen=True)
class Parameters:
    """All of them, and three switches: how unevenly need is seen, how dirty files are, how far years differ.

    >>> Parameters(dirt=0.0).early_help.effect
    0.55
    """

    surveillance: float = 1.0
    dirt: float = 1.0
    drift: float = 0.0
    places: PlaceParameters = field(default_factory=PlaceParameters)
    families: FamilyParameters = field(default_factory=FamilyParameters)
    need: NeedParameters = field(default_factory=NeedParameters)
    statutory: StatutoryParameters = field(default_factory=StatutoryParameters)
    early_help: EarlyHelpParameters = field(default_factory=EarlyHelpParameters)
    schools: SchoolParameters = field(default_factory=SchoolParameters)
    agencies: AgencyParameters = field(default_factory=AgencyParameters)
