"""Looking at listings: pages, versions, history, counts."""

from directory.listings.queries.counting import (
    counts,
    lately,
    provenance,
    published,
    standing,
)
from directory.listings.queries.history import (
    between,
    center_history,
    facilitator_history,
    field_history,
    history,
    recent,
)
from directory.listings.queries.pages import (
    center_page,
    center_pages,
    center_version,
    city_profiles,
    facilitator_page,
    facilitator_pages,
    facilitator_version,
)
from directory.listings.queries.rows import WithdrawnError
from directory.listings.rules.standing import (
    Between,
    Change,
    Counts,
    Lately,
    Provenance,
    RecentView,
    Standing,
    VersionView,
)
from directory.listings.rules.views import (
    BorneView,
    CenterPage,
    FacilitatorPage,
    FactView,
    ListingPage,
    TreatmentView,
    TrialView,
)

__all__ = [
    "Between",
    "BorneView",
    "CenterPage",
    "Change",
    "Counts",
    "FacilitatorPage",
    "FactView",
    "Lately",
    "ListingPage",
    "Provenance",
    "RecentView",
    "Standing",
    "TreatmentView",
    "TrialView",
    "VersionView",
    "WithdrawnError",
    "between",
    "center_history",
    "center_page",
    "center_pages",
    "center_version",
    "city_profiles",
    "counts",
    "facilitator_history",
    "facilitator_page",
    "facilitator_pages",
    "facilitator_version",
    "field_history",
    "history",
    "lately",
    "provenance",
    "published",
    "recent",
    "standing",
]
