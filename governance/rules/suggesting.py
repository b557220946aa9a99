"""What a request is about, suggested from its words: a small vocabulary, deterministic, without any network."""

from collections.abc import Mapping, Sequence

from models.request_words import RequestKind

WORDS: Mapping[RequestKind, Sequence[str]] = {
    RequestKind.lighting: (
        *("路灯", "照明", "灯坏", "灯不亮", "楼道灯", "太黑", "黑灯", "声控灯", "灯泡", "摸黑"),
        *("street light", "streetlight", "street lamp", "lamp", "lighting", "light is out", "dark"),
    ),
    RequestKind.rubbish: (
        *(
            "垃圾",
            "脏",
            "臭",
            "异味",
            "卫生",
            "保洁",
            "清扫",
            "狗屎",
            "狗粪",
            "杂物",
            "蟑螂",
            "老鼠",
            "蚊子",
            "乱扔",
        ),
        *("rubbish", "garbage", "trash", "litter", "smell", "stink", "dirty", "rats", "cockroach"),
    ),
    RequestKind.noise: (
        *("噪音", "噪声", "吵", "扰民", "广场舞", "音响", "装修声", "施工声", "半夜施工", "狗叫", "喇叭"),
        *("noise", "noisy", "loud", "barking"),
    ),
    RequestKind.building: (
        *(
            "电梯",
            "楼道",
            "单元门",
            "门禁",
            "楼顶",
            "漏雨",
            "渗水",
            "外墙",
            "墙皮",
            "扶手",
            "楼梯",
            "物业",
            "防盗门",
        ),
        *("lift", "elevator", "stairs", "staircase", "handrail", "entrance door", "roof", "leak"),
    ),
    RequestKind.road: (
        *(
            "路面",
            "坑",
            "窨井盖",
            "井盖",
            "停车",
            "堵路",
            "车位",
            "人行道",
            "盲道",
            "斑马线",
            "红绿灯",
            "积水",
            "塌陷",
        ),
        *("乱停", "占道", "共享单车"),
        *("road", "pavement", "pothole", "manhole", "parking", "sidewalk", "crossing", "traffic light"),
    ),
    RequestKind.utilities: (
        *(
            "停水",
            "停电",
            "断水",
            "断电",
            "没水",
            "没电",
            "水管",
            "爆管",
            "水压",
            "燃气",
            "煤气",
            "暖气",
            "宽带",
            "下水道",
        ),
        *("堵塞", "跳闸", "网络"),
        *(
            "water pipe",
            "no water",
            "power cut",
            "no power",
            "electricity",
            "gas",
            "drain",
            "sewer",
            "blocked",
        ),
    ),
    RequestKind.safety: (
        *(
            "安全",
            "隐患",
            "着火",
            "火灾",
            "消防",
            "飞线",
            "电动车充电",
            "楼道充电",
            "高空抛物",
            "电线",
            "可疑",
            "被偷",
            "小偷",
        ),
        *("燃气味", "煤气味", "掉下来", "危险"),
        *("danger", "unsafe", "hazard", "fire", "smoke", "gas smell", "stolen", "thief", "loose wire"),
    ),
    RequestKind.greenery: (
        *("绿化", "树枝", "树木", "大树", "修剪", "草坪", "花坛", "树倒", "毛毛虫", "挡光"),
        *("tree", "branch", "lawn", "hedge", "bushes"),
    ),
    RequestKind.elder_help: (
        *(
            "老人",
            "独居",
            "孤寡",
            "行动不便",
            "陪诊",
            "看病",
            "买菜",
            "送餐",
            "助浴",
            "轮椅",
            "失能",
            "照顾",
            "上门看望",
        ),
        *(
            "elderly",
            "old man",
            "old woman",
            "old lady",
            "wheelchair",
            "lives alone",
            "see a doctor",
            "look after",
        ),
    ),
    RequestKind.dispute: (
        *("邻居吵架", "纠纷", "矛盾", "调解", "打架", "漏到楼下", "占用公共", "吵架"),
        *("dispute", "quarrel", "mediation", "argument with"),
    ),
    RequestKind.wish: (
        *("微心愿", "心愿", "愿望", "想要一", "希望有人", "希望有一", "想学", "希望得到", "盼着"),
        *("wish for", "a wish", "my wish", "i wish", "would love to have", "would love a"),
    ),
}
"""Words by kind. A longer one says more: 燃气味 (safety) passes 燃气 (utilities)."""


def suggested_kind(text: str) -> RequestKind:
    """The kind whose words weigh most, each by its length in characters (a Chinese one says as much as three letters).
    The same words give the same kind; nothing known gives `other`.
    """
    said = text.lower()
    weights = {kind: sum(_weight(word) for word in words if word in said) for kind, words in WORDS.items()}
    best = max(weights, key=lambda kind: weights[kind])
    return best if weights[best] > 0 else RequestKind.other


def _weight(word: str) -> int:
    return len(word) if word.isascii() else 3 * len(word)
