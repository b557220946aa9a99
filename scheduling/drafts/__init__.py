"""What a district hands in about its places, before it is written: drafts, and what may be wrong with them.

Pure: no database. A sheet, a file of another district or the demonstration becomes a `DistrictPlan`; `check_plan` says
everything that is wrong with it at once; `scheduling.establish` writes it.
"""

from scheduling.drafts.checks import Known, check_plan
from scheduling.drafts.divisions import division_drafts
from scheduling.drafts.faults import Fault, Table, faults_of, wording
from scheduling.drafts.shapes import (
    DRAFTS,
    DistrictPlan,
    DivisionDraft,
    Draft,
    GridCellDraft,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
)

__all__ = [
    "DRAFTS",
    "DistrictPlan",
    "DivisionDraft",
    "Draft",
    "Fault",
    "GridCellDraft",
    "Known",
    "OpeningRuleDraft",
    "PointDraft",
    "ProviderDraft",
    "ServiceDraft",
    "Table",
    "check_plan",
    "division_drafts",
    "faults_of",
    "wording",
]
