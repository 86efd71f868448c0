"""The fields of the Algorithmic Transparency Recording Standard, template 4.0: number, key and title of each.

Numbers and titles are those of the published template; the keys are this library's own, since no official schema for
it is published. `[]` stands where a list of entries goes.
"""

from dataclasses import dataclass

VERSION = "4.0"


@dataclass(frozen=True)
class AtrsField:
    """One field of the template. `parent` is the key of the list that it belongs to, "" where it stands alone."""

    number: str
    key: str
    title: str

    @property
    def parent(self) -> str:
        """The list whose entries have this field.

        >>> AtrsField("2.5.2", "risk.risks[].name", "Risk name").parent
        'risk.risks'
        """
        return self.key.partition("[].")[0] if "[]." in self.key else ""


_TABLE = """
0.1 | meta.title | Title
0.2 | meta.organisation_name | Organisation name
0.3 | meta.phase | Phase
0.4 | meta.region | Region
0.5 | meta.one_sentence_description | One sentence description
1.1 | tier1.name | Name
1.2 | tier1.description | Description
1.3 | tier1.website_url | Website URL
1.4 | tier1.contact_email | Contact email
2.1.1 | owner.organisation | Organisation or department
2.1.2 | owner.team | Team
2.1.3 | owner.sro | Senior responsible owner
2.1.4 | owner.third_party.involved | Third party involvement
2.1.4.1 | owner.third_party.parties[].name | Third party
2.1.4.2 | owner.third_party.parties[].companies_house_number | Companies House number
2.1.4.3 | owner.third_party.parties[].role | Third party role
2.1.4.4 | owner.third_party.parties[].procurement_procedure_type | Procurement procedure type
2.1.4.5 | owner.third_party.parties[].data_access_terms | Third party data access terms
2.2.1 | rationale.detailed_description | Detailed description
2.2.2 | rationale.benefits | Benefits
2.2.3 | rationale.previous_process | Previous process
2.2.4 | rationale.alternatives_considered | Alternatives considered
2.3.1 | deployment.integration | Integration into broader operational process
2.3.2 | deployment.human_review | Human review
2.3.3 | deployment.frequency_and_scale | Frequency and scale of usage
2.3.4 | deployment.required_training | Required training
2.3.5 | deployment.appeals_and_review | Appeals and review
2.4.1.1 | tool.system.architecture | System architecture
2.4.1.2 | tool.system.input | System-level input
2.4.1.3 | tool.system.output | System-level output
2.4.1.4 | tool.system.maintenance | Maintenance
2.4.1.5 | tool.system.models | Models
2.4.2.1 | tool.models[].name | Model name
2.4.2.2 | tool.models[].version | Model version
2.4.2.3 | tool.models[].task | Model task
2.4.2.4 | tool.models[].input | Model input
2.4.2.5 | tool.models[].output | Model output
2.4.2.6 | tool.models[].architecture | Model architecture
2.4.2.7 | tool.models[].performance | Model performance
2.4.2.8 | tool.models[].datasets | Datasets
2.4.2.9 | tool.models[].dataset_purposes | Dataset purposes
2.4.3.1 | tool.development_data[].description | Development data description
2.4.3.2 | tool.development_data[].modality | Data modality
2.4.3.3 | tool.development_data[].quantities | Data quantities
2.4.3.4 | tool.development_data[].sensitive_attributes | Sensitive attributes
2.4.3.5 | tool.development_data[].completeness_representativeness | Data completeness and representativeness
2.4.3.6 | tool.development_data[].cleaning | Data cleaning
2.4.3.7 | tool.development_data[].collection | Data collection
2.4.3.8 | tool.development_data[].access_storage | Data access and storage
2.4.3.9 | tool.development_data[].sharing_agreements | Data sharing agreements
2.4.4.1 | tool.operational_data[].sources | Data sources
2.4.4.2 | tool.operational_data[].sensitive_attributes | Sensitive attributes
2.4.4.3 | tool.operational_data[].processing_methods | Data processing methods
2.4.4.4 | tool.operational_data[].access_storage | Data access and storage
2.4.4.5 | tool.operational_data[].sharing_agreements | Data sharing agreements
2.5.1 | risk.impact_assessments[].name | Impact assessment name
2.5.1 | risk.impact_assessments[].date | Impact assessment date
2.5.1 | risk.impact_assessments[].summary | Impact assessment summary
2.5.1 | risk.impact_assessments[].url | Impact assessment URL
2.5.2 | risk.risks[].name | Risk name
2.5.2 | risk.risks[].description | Risk description
2.5.2 | risk.risks[].mitigation | Risk mitigation
"""

FIELDS = tuple(AtrsField(*line.split(" | ")) for line in _TABLE.strip().splitlines())
"""Every field, in the order of the template."""

TIERS = {
    "0": "About this record",
    "1": "Tier 1: in short",
    "2.1": "Owner and responsibility",
    "2.2": "Description and rationale",
    "2.3": "Deployment context",
    "2.4.1": "System specification",
    "2.4.2": "Model specification",
    "2.4.3": "Development data",
    "2.4.4": "Operational data",
    "2.5": "Risks, mitigations and impact assessments",
}
"""The parts of the template, by how the numbers in them begin."""
