"""Kinds of demonstration points: how they are named, who runs them, which services they have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A kind of point: how it is named after its community, who runs it, what it always and perhaps offers."""

    slug: str
    names: tuple[str, ...]
    runners: tuple[str, ...]
    always: tuple[str, ...]
    perhaps: tuple[str, ...]
    in_towns: int
    in_villages: int


HUB = Site(
    "hub",
    ("{place}幸福邻里中心",),
    ("street",),
    ("hub-meals", "hub-care", "hub-culture", "hub-fitness"),
    (),
    0,
    0,
)
"""The hub: elder care, meals, culture and fitness on every day of the year. Every sub-district has at least one."""

SITES = (
    Site(
        "canteen",
        ("{place}幸福食堂", "{place}老年助餐点", "{place}邻里食堂"),
        ("community", "social", "company"),
        ("lunch",),
        ("breakfast", "blood-pressure", "welcome", "choir", "smartphone"),
        10,
        10,
    ),
    Site(
        "daycare",
        ("{place}日间照料中心", "{place}颐养之家", "{place}居家养老服务站"),
        ("social", "community", "company"),
        ("daycare",),
        ("haircut", "bath", "lunch", "rehab", "listening", "blood-pressure"),
        9,
        8,
    ),
    Site(
        "culture",
        ("{place}文化活动室", "{place}综合文化服务中心", "{place}邻里书房"),
        ("community", "street", "volunteers"),
        ("reading-room",),
        ("calligraphy", "flowers", "choir", "opera", "smartphone", "picture-books"),
        8,
        8,
    ),
    Site(
        "fitness",
        ("{place}健身驿站", "{place}全民健身活动室", "{place}健身广场"),
        ("community", "company", "street"),
        ("tai-chi",),
        ("baduanjin", "yoga", "dance", "table-tennis", "gym", "health-talk"),
        7,
        6,
    ),
    Site(
        "hall",
        ("{place}便民服务站", "{place}党群服务中心", "{place}睦邻议事厅"),
        ("community", "street"),
        ("lawyer", "mediation"),
        ("notary", "welcome", "calligraphy", "counselling"),
        6,
        5,
    ),
    Site(
        "family",
        ("{place}妇女儿童之家", "{place}儿童友好空间", "{place}亲子驿站"),
        ("social", "community"),
        ("picture-books",),
        ("baby-clinic", "playroom", "after-school", "counselling", "yoga"),
        6,
        3,
    ),
    Site(
        "practice",
        ("{place}新时代文明实践站", "{place}志愿服务站"),
        ("volunteers", "community"),
        ("welcome",),
        ("repairs", "phone-help", "smartphone", "health-talk", "opera", "haircut"),
        5,
        6,
    ),
    Site(
        "health",
        ("{place}健康小屋", "{place}健康驿站"),
        ("community", "social"),
        ("blood-pressure", "counselling"),
        ("rehab", "listening", "health-talk", "baduanjin", "baby-clinic"),
        5,
        4,
    ),
    Site(
        "park",
        ("{place}园区邻里驿站", "{place}产业园职工之家"),
        ("park",),
        ("gym", "lawyer"),
        ("yoga", "counselling", "shared-lunch", "english", "mediation"),
        3,
        1,
    ),
    Site(
        "campus",
        ("{place}校地共享课堂", "{place}大学生志愿服务站"),
        ("campus",),
        ("smartphone",),
        ("english", "after-school", "phone-help", "table-tennis", "listening", "flowers"),
        4,
        2,
    ),
)
"""Every other kind of point, with how common it is in towns and in villages."""
