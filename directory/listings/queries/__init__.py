"""Looking at listings: pages, versions, history, counts."""

from directory.listings.queries.counting import counts, published, standing
from directory.listings.queries.history import (
    center_history,
    facilitator_history,
    recent,
)
from directory.listings.queries.pages import (
    center_page,
    center_pages,
    center_version,
    city_profiles,
    facilitator_page,
    facilitator_pages,
)
from directory.listings.queries.rows import WithdrawnError
from directory.listings.rules.standing import Counts, RecentView, Standing, VersionView
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
    "BorneView",
    "CenterPage",
    "Counts",
    "FacilitatorPage",
    "FactView",
    "ListingPage",
    "RecentView",
    "Standing",
    "TreatmentView",
    "TrialView",
    "VersionView",
    "WithdrawnError",
    "center_history",
    "center_page",
    "center_pages",
    "center_version",
    "city_profiles",
    "counts",
    "facilitator_history",
    "facilitator_page",
    "facilitator_pages",
    "published",
    "recent",
    "standing",
]
