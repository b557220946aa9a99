"""Made-up names, addresses and numbers. Numbers begin with 000, which is no area and no mobile network anywhere."""

import re
from random import Random

COMMITTEE = re.compile(r"(村民委员会|村委会|居民委员会|居委会|居委)$")


def place_name(committee: str) -> str:
    """What people call a community whose official name is that of its committee: 幸福社区居委会 is 幸福社区, 向阳村委会 向阳村."""
    place = COMMITTEE.sub("", committee)
    village = "村" in committee[len(place) :]
    return f"{place}村" if village and not place.endswith("村") else place


ROADS = ("幸福路", "和睦路", "邻里路", "文化路", "康乐路", "春风路", "向阳路", "同心路", "百合路", "梧桐路")


def address(random: Random, *, subdistrict: str, place: str) -> str:
    """An address that is plausible and says that it is none."""
    return f"{subdistrict}{place}{random.choice(ROADS)}{random.randint(1, 188)}号（演示地址）"


def landline(number: int) -> str:
    """Phone of the point with this number."""
    return f"000-1000{number:04d}"


def mobile(number: int) -> str:
    """Phone of the person with this number."""
    return f"000-2000{number:04d}"


def hotline(number: int) -> str:
    """Phone of the division with this number."""
    return f"000-3000{number:04d}"


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)

OLDER_WOMEN = (
    "秀英",
    "桂兰",
    "玉珍",
    "淑华",
    "凤英",
    "素琴",
    "桂芳",
    "玉兰",
    "秀珍",
    "惠芳",
    "月娥",
    "金花",
    "美华",
    "兰英",
)
OLDER_MEN = (
    "建国",
    "国强",
    "志明",
    "德福",
    "永生",
    "家宝",
    "长根",
    "荣华",
    "福生",
    "正明",
    "祥林",
    "春生",
    "广才",
    "金龙",
)
GROWN_WOMEN = (
    "丽娟",
    "静",
    "海燕",
    "敏",
    "晓红",
    "雪梅",
    "文静",
    "婷婷",
    "芳",
    "玲",
    "倩",
    "慧敏",
    "佳",
    "莉",
)
GROWN_MEN = ("伟", "军", "磊", "勇", "涛", "明辉", "建军", "志强", "海波", "晓东", "鹏", "斌", "杰", "立新")
YOUNG_WOMEN = ("子涵", "欣怡", "雨桐", "梓萱", "思琪", "佳怡", "若曦", "诗涵", "可馨", "语嫣")
YOUNG_MEN = ("浩然", "子轩", "宇航", "俊杰", "博文", "一鸣", "天宇", "泽宇", "明轩", "嘉豪")


def given_name(random: Random, *, birth_year: int, woman: bool) -> str:
    """A given name as people born then have."""
    if birth_year < 1968:
        return random.choice(OLDER_WOMEN if woman else OLDER_MEN)
    if birth_year < 1996:
        return random.choice(GROWN_WOMEN if woman else GROWN_MEN)
    return random.choice(YOUNG_WOMEN if woman else YOUNG_MEN)


def surname(random: Random) -> str:
    """A surname."""
    return random.choice(SURNAMES)
