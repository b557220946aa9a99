"""What demonstration points offer: services as such places have them, with sizes, hours and kind words."""

from dataclasses import dataclass, field

from models.vocabulary import Category
from scheduling.demo import timetables as hours
from scheduling.demo.timetables import Timetable


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of service. `places` are the least and most places of a slot; one of the timetables is chosen."""

    slug: str
    category: Category
    name: str
    description: str
    places: tuple[int, int]
    timetables: tuple[Timetable, ...]
    step: int = 1
    policy: dict[str, int] = field(default_factory=dict)


def _by_slug(*offers: Offer) -> dict[str, Offer]:
    return {offer.slug: offer for offer in offers}


OFFERS = _by_slug(
    # Hubs
    Offer(
        "hub-meals",
        Category.meals,
        "幸福食堂堂食",
        "早、中、晚三餐和夜间热餐，天天开火。软烂少盐，老人小孩都爱吃。预约好，到了就有座。",
        (40, 120),
        (hours.HUB_MEALS,),
        step=10,
    ),
    Offer(
        "hub-care",
        Category.elder_care,
        "为老综合服务",
        "量血压、助浴、理发、陪诊登记，一处办好。晚上也有人值守，您放心来。",
        (4, 10),
        (hours.HUB_CARE,),
        step=2,
    ),
    Offer(
        "hub-culture",
        Category.culture,
        "邻里书房与文化活动",
        "看书、下棋、听戏、写字，总有一样您喜欢。从早开到晚，节假日也不关门。",
        (20, 60),
        (hours.HUB_CULTURE,),
        step=10,
    ),
    Offer(
        "hub-fitness",
        Category.fitness,
        "全民健身房",
        "器械、乒乓球、健身操都有，教练在场指导。清早到晚上，随您什么时候来。",
        (15, 40),
        (hours.HUB_FITNESS,),
        step=5,
    ),
    # Meals
    Offer(
        "lunch",
        Category.meals,
        "老年助餐",
        "荤素搭配，热乎可口，60 岁以上优先预约。牙口不好、需要少盐少糖，请在备注里告诉我们。",
        (20, 80),
        hours.LUNCH,
        step=5,
        policy={"closes_before_minutes": 90},
    ),
    Offer(
        "breakfast",
        Category.meals,
        "暖心早餐",
        "热粥、豆浆、现蒸包子，早起的您不用自己忙。坐下慢慢吃，不着急。",
        (20, 50),
        hours.BREAKFAST,
        step=10,
    ),
    Offer(
        "shared-lunch",
        Category.meals,
        "邻里共享餐",
        "一家人、几位老邻居，围坐一桌吃顿家常饭。价格公道，欢迎带上孩子。",
        (20, 60),
        hours.LUNCH[:3],
        step=10,
    ),
    # Elder care
    Offer(
        "haircut",
        Category.elder_care,
        "老人理发",
        "老师傅手艺稳，轻声慢剪。腿脚不便的，家人可以代您预约。",
        (1, 4),
        hours.BARBER,
        policy={"max_party": 2},
    ),
    Offer(
        "bath",
        Category.elder_care,
        "助浴",
        "水温适宜，防滑椅、扶手齐全，护理员全程陪着。第一次来，先聊聊身体情况。",
        (1, 3),
        hours.CARE,
        policy={"max_party": 1, "closes_before_minutes": 120},
    ),
    Offer(
        "blood-pressure",
        Category.elder_care,
        "量血压测血糖",
        "每次十来分钟，结果当场讲给您听。记得空腹测血糖，饭后来也可以量血压。",
        (4, 10),
        hours.CHECKS,
        step=2,
    ),
    Offer(
        "daycare",
        Category.elder_care,
        "日间照料",
        "白天有人陪、有人说话，午间有床可以歇一歇。子女安心上班，老人开心过一天。",
        (8, 20),
        hours.CARE,
        step=2,
    ),
    Offer(
        "rehab",
        Category.elder_care,
        "康复指导",
        "康复师手把手教您活动肩、腰、膝。动作不难，慢慢来，一次比一次好。",
        (2, 6),
        hours.CARE,
        policy={"max_party": 2},
    ),
    # Culture
    Offer(
        "calligraphy",
        Category.culture,
        "书法课",
        "笔墨纸砚都备好了，零基础也能写出一手好字。老师耐心，同学和气。",
        (10, 24),
        hours.CLASSES,
        step=2,
    ),
    Offer(
        "flowers",
        Category.culture,
        "插花课",
        "一束花，一个瓶，一个安静的下午。做好的作品可以带回家。",
        (10, 16),
        hours.CLASSES,
        step=2,
    ),
    Offer(
        "choir",
        Category.culture,
        "社区合唱团",
        "会唱不会唱都欢迎，跟着钢琴一起开口。年底我们一起登台。",
        (20, 30),
        hours.CLASSES,
        step=5,
    ),
    Offer(
        "opera",
        Category.culture,
        "戏曲票友会",
        "锡剧、黄梅戏、京剧，想听的来听，想唱的来唱。茶水管够。",
        (15, 30),
        hours.CLASSES,
        step=5,
    ),
    Offer(
        "reading-room",
        Category.culture,
        "阅览室座位",
        "安静、明亮、有热水，报纸每天都新。老花镜在前台，随手取用。",
        (12, 30),
        hours.OPEN_ROOM,
        step=2,
    ),
    # Fitness
    Offer(
        "tai-chi",
        Category.fitness,
        "太极拳",
        "跟着老师慢慢打，一招一式都讲清楚。穿宽松衣服、平底鞋就好。",
        (20, 60),
        hours.MORNING,
        step=5,
    ),
    Offer(
        "baduanjin",
        Category.fitness,
        "八段锦",
        "八个动作，二十分钟，舒展全身。坐着也能跟着练。",
        (20, 40),
        hours.MORNING,
        step=5,
    ),
    Offer(
        "yoga",
        Category.fitness,
        "瑜伽",
        "从呼吸开始，量力而行。垫子现场有，人来就行。",
        (10, 20),
        hours.EVENING,
        step=2,
    ),
    Offer(
        "dance",
        Category.fitness,
        "广场舞",
        "曲子熟、动作简单，出出汗、聊聊天。新来的站后排，老队员带着跳。",
        (30, 60),
        hours.EVENING,
        step=10,
    ),
    Offer(
        "table-tennis",
        Category.fitness,
        "乒乓球室",
        "球台擦得干净，球拍可以借。约上老伙计，打两局。",
        (4, 12),
        hours.SPORTS_ROOM,
        step=4,
    ),
    Offer(
        "gym",
        Category.fitness,
        "社区健身房",
        "跑步机、力量器械都有，新手有人教。淋浴和储物柜免费用。",
        (10, 30),
        hours.SPORTS_ROOM,
        step=5,
    ),
    # Classroom
    Offer(
        "smartphone",
        Category.classroom,
        "智能手机课",
        "学挂号、学付款、学和孙辈视频。一步一步教，学不会可以再来。",
        (10, 20),
        hours.CLASSES,
        step=2,
    ),
    Offer(
        "health-talk",
        Category.classroom,
        "健康讲堂",
        "医生讲常见病和日常保养，讲完留时间给您提问。",
        (20, 30),
        hours.TERM,
        step=5,
    ),
    Offer(
        "after-school",
        Category.classroom,
        "四点半课堂",
        "放学后有人陪写作业、讲故事。家长下班来接，孩子不着急。",
        (15, 30),
        hours.AFTER_SCHOOL,
        step=5,
        policy={"max_upcoming": 10},
    ),
    Offer(
        "english",
        Category.classroom,
        "日常英语角",
        "从问好、问路开始，大胆开口就好。年轻老师带着大家说。",
        (10, 20),
        hours.TERM,
        step=2,
    ),
    # Volunteering
    Offer(
        "repairs",
        Category.volunteering,
        "便民维修",
        "小家电、雨伞、锅把手，拿来我们看看。修得好就修，修不好也帮您拿主意。",
        (6, 20),
        hours.HELPING,
        step=2,
    ),
    Offer(
        "phone-help",
        Category.volunteering,
        "志愿者手机帮帮忙",
        "手机卡了、字小了、怕被骗，志愿者坐下来帮您弄好。",
        (4, 10),
        hours.HELPING,
        step=2,
    ),
    Offer(
        "welcome",
        Category.volunteering,
        "志愿服务见面会",
        "想做点好事，先来坐坐。我们一起看看您喜欢做什么、什么时候有空。",
        (10, 30),
        hours.HELPING,
        step=5,
    ),
    # Legal and mediation
    Offer(
        "lawyer",
        Category.legal,
        "律师坐班咨询",
        "遗嘱、赡养、租房、劳动合同，都可以问。免费、保密，带上相关材料更好。",
        (1, 2),
        hours.LEGAL_DAY,
        policy={"max_party": 2},
    ),
    Offer(
        "notary",
        Category.legal,
        "法律援助登记",
        "请不起律师，也有人替您说话。我们帮您看条件、填材料。",
        (1, 2),
        hours.OFFICE,
        policy={"max_party": 2},
    ),
    Offer(
        "mediation",
        Category.mediation,
        "人民调解",
        "家里的事、邻里的事，坐下来好好说。调解员不偏不倚，谈的话不外传。",
        (1, 1),
        hours.OFFICE,
        policy={"max_party": 1},
    ),
    # Family
    Offer(
        "picture-books",
        Category.family,
        "亲子绘本",
        "爸爸妈妈、爷爷奶奶陪着孩子一起听故事、做手工。三到六岁最合适。",
        (10, 20),
        hours.FAMILY_WEEKEND,
        step=2,
    ),
    Offer(
        "baby-clinic",
        Category.family,
        "孕产与育儿咨询",
        "喂养、睡眠、产后恢复，有经验的护士慢慢讲给您听。",
        (1, 3),
        hours.NURSE,
        policy={"max_party": 3},
    ),
    Offer(
        "playroom",
        Category.family,
        "儿童游戏室",
        "软垫、积木、滑梯，每天消毒。大人陪着，孩子放心玩。",
        (8, 16),
        hours.OPEN_ROOM,
        step=2,
    ),
    # Counselling
    Offer(
        "counselling",
        Category.counselling,
        "心理咨询",
        "睡不着、心里闷，都可以来说说。一对一，安静的小房间，内容保密。",
        (1, 1),
        hours.OFFICE,
        policy={"max_party": 1},
    ),
    Offer(
        "listening",
        Category.counselling,
        "心灵茶座",
        "泡一杯茶，几个人围坐，聊聊烦心事。有咨询师在，不评判，只倾听。",
        (6, 10),
        hours.CLASSES,
        step=2,
    ),
)
"""Every kind of service by its slug."""
