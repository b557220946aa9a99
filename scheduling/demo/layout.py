"""What demonstration points are called and offer, when, and who gives it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil, pi
from random import Random

from models.vocabulary import Zone
from scheduling.demo import names
from scheduling.demo.catalogue import OFFERS, Offer
from scheduling.demo.places import Community, communities_of, moved, shares
from scheduling.demo.sites import HUB, SITES, Site
from scheduling.demo.timetables import opening_rules
from scheduling.drafts import (
    DistrictPlan,
    DivisionDraft,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
)

HUB_FOR = 10
"""One hub for so many communities of a sub-district, or fewer."""

NEARBY_KM = 0.6
"""Points lie within this distance of their community's spot."""

HOW_MANY_SERVICES = ((1, 10), (2, 40), (3, 32), (4, 18))
"""Services of a point, with how common that is; most points are mixtures."""

RUNNERS: dict[str, tuple[Zone, str]] = {
    "street": (Zone.street, "{subdistrict}办事处"),
    "company": (Zone.street, "{short}康悦养老服务公司（演示）"),
    "community": (Zone.community, "{committee}"),
    "social": (Zone.community, "{short}睦邻社会服务社（演示）"),
    "volunteers": (Zone.community, "{short}街坊志愿服务队（演示）"),
    "park": (Zone.park, "{short}产业园邻里服务中心（演示）"),
    "campus": (Zone.campus, "{short}大学城青年志愿者协会（演示）"),
}
"""Kinds of providers: their zone and how they are named."""


def lay_points(divisions: Sequence[DivisionDraft], random: Random, points: int) -> DistrictPlan:
    """Points, services, opening rules and providers over the communities of `divisions`."""
    communities = communities_of(divisions)
    hubs = _hub_communities(communities)
    layout = _Layout(random)
    for community, share in zip(communities, shares(communities, random, points), strict=True):
        layout.fill(community, share, with_hub=community.division.code in hubs)
    return DistrictPlan(
        divisions=tuple(divisions),
        providers=tuple(layout.providers.values()),
        points=tuple(layout.points),
        services=tuple(layout.services),
        rules=tuple(layout.rules),
    )


def _hub_communities(communities: Sequence[Community]) -> frozenset[str]:
    """Codes of the communities with a hub, evenly among each sub-district's, towns before villages."""
    siblings: defaultdict[str, list[Community]] = defaultdict(list)
    for community in communities:
        siblings[community.subdistrict.code].append(community)
    found: set[str] = set()
    for group in siblings.values():
        count = ceil(len(group) / HUB_FOR)
        candidates = [community for community in group if not community.village]
        if len(candidates) < count:
            candidates = group
        found.update(candidates[index * len(candidates) // count].division.code for index in range(count))
    return frozenset(found)


class _Layout:
    """Rows as they grow, community by community."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.providers: dict[str, ProviderDraft] = {}
        self.points: list[PointDraft] = []
        self.services: list[ServiceDraft] = []
        self.rules: list[OpeningRuleDraft] = []
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)

    def fill(self, community: Community, share: int, *, with_hub: bool) -> None:
        """Gives one community its points."""
        sites = [HUB] if with_hub else []
        while len(sites) < share:
            sites.append(self._site(community, taken=sites))
        for number, site in enumerate(sites, start=1):
            self._point(community, site, number)

    def _site(self, community: Community, taken: Iterable[Site]) -> Site:
        """A kind of point that the community has not yet; first those that its whole sub-district lacks."""
        kinds = self.kinds[community.subdistrict.code]
        free = [site for site in SITES if site not in taken]
        lacking = [site for site in free if site.slug not in kinds]
        choices = lacking or free
        weights = [site.in_villages if community.village else site.in_towns for site in choices]
        (site,) = self.random.choices(choices, weights)
        kinds.add(site.slug)
        return site

    def _point(self, community: Community, site: Site, number: int) -> None:
        key = f"demo-{community.division.code}-{number}"
        spot = (community.latitude, community.longitude)
        away, angle = self.random.uniform(0, NEARBY_KM), self.random.uniform(0, 2 * pi)
        latitude, longitude = moved(spot, away, angle)
        self.points.append(
            PointDraft(
                key=key,
                name=self.random.choice(site.names).format(place=community.place),
                community_code=community.division.code,
                address=names.address(
                    self.random, subdistrict=community.subdistrict.name, place=community.place
                ),
                phone=names.landline(len(self.points) + 1),
                latitude=latitude,
                longitude=longitude,
                demo=True,
            )
        )
        provider = self._provider(community, self.random.choice(site.runners))
        for slug in self._slugs(site):
            self._service(key, provider, OFFERS[slug])

    def _slugs(self, site: Site) -> tuple[str, ...]:
        (wanted,) = self.random.choices(*zip(*HOW_MANY_SERVICES, strict=True))
        more = min(max(0, wanted - len(site.always)), len(site.perhaps))
        return (*site.always, *self.random.sample(site.perhaps, more))

    def _service(self, point_key: str, provider_key: str, offer: Offer) -> None:
        key = f"{point_key}-{offer.slug}"
        self.services.append(
            ServiceDraft(
                key=key,
                point_key=point_key,
                provider_key=provider_key,
                category=offer.category,
                name=offer.name,
                description=offer.description,
                policy=dict(offer.policy),
            )
        )
        least, most = offer.places
        capacity = self.random.randrange(least, most + 1, offer.step)
        self.rules.extend(opening_rules(key, self.random.choice(offer.timetables), capacity))

    def _provider(self, community: Community, runner: str) -> str:
        """The key of the provider of this kind for a community; made when first asked for."""
        own = community.division if runner == "community" else community.subdistrict
        key = f"demo-{runner}-{own.code}"
        zone, name = RUNNERS[runner]
        subdistrict = community.subdistrict.name
        self.providers.setdefault(
            key,
            ProviderDraft(
                key=key,
                name=name.format(
                    subdistrict=subdistrict,
                    short=subdistrict.removesuffix("街道"),
                    committee=community.division.name,
                ),
                zone=zone,
            ),
        )
        return key
