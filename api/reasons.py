"""Every reason that a refusal can carry, in words. Those of requests stand in `api/request_reasons.py`."""

from collections.abc import Mapping

from api.request_reasons import REQUEST_REASONS
from api.words import Words

REASONS: Mapping[str, Words] = {
    "slot-closed": Words("这个时段已停开", "This slot is closed"),
    "closure-over": Words("这段停开时间已经过去", "That time is over"),
    "in-closure": Words("这段时间已停开，请先取消停开", "It is closed then; lift the closure first"),
    "overlaps-slot": Words("和已有的时段重叠", "It overlaps a slot that is there"),
    "rule-overlaps": Words("和另一条开放规则重叠", "It overlaps another opening rule"),
    "rule-never-opens": Words("按这条规则一天也不会开放", "By this rule it would never be open"),
    "slot-started": Words("已经开始了", "It has begun"),
    "slot-over": Words("已经结束了", "It is over"),
    "not-yet-open": Words("还没到可以预约的时间", "Booking has not opened yet"),
    "booking-closed": Words("预约已经截止", "Booking has closed"),
    "party-too-large": Words("人数超过上限", "The party is too large"),
    "not-enough-places": Words("名额不够了", "Not enough places are left"),
    "overlapping-booking": Words("同一时间已有别的预约", "There is another booking at that time"),
    "too-many-upcoming": Words(
        "这一类的预约已达上限", "There are as many upcoming bookings of this kind as allowed"
    ),
    "paused": Words("因多次未到，暂时不能提前预约", "Booking ahead rests after several missed bookings"),
    "series-share-full": Words(
        "连续预约的名额已满，请等开放后再约", "Places for series are taken; book when it opens"
    ),
    "answer-invalid": Words("有一项没有填好", "One answer is missing or wrong"),
    "nothing-open": Words("这些日子都不开放", "It is not open on any of these days"),
    "already-waiting": Words("已经在候补了", "Already on the waitlist"),
    "places-are-free": Words("还有名额，可以直接预约", "There are places: book them"),
    "invitation-unknown": Words(
        "号码不对，或者已经过期，请家人再给一个", "This code is wrong or has run out; ask for a new one"
    ),
    "own-invitation": Words(
        "这是您自己的号码，请让家人来输入", "This is your own code: the other one is to enter it"
    ),
    "too-many-invitations": Words(
        "还有好几个邀请没有用，请先用完或等过期",
        "Several invitations are still open: use them first, or let them run out",
    ),
    "channel-not-offered": Words("这里不能用这种方式通知", "Nothing is sent this way here"),
    "code-wrong": Words("号码不对，请再看一看", "This code is wrong: please look again"),
    "address-in-use": Words("这个地址已经有人在用", "This address is somebody else's already"),
    "link-code-unknown": Words(
        "号码不对、用过了或已过期，请重新取一个",
        "This code is wrong, was used, or has run out: get a new one",
    ),
    "has-a-chat": Words(
        "这位居民已有自己的聊天账号，请本人在聊天里取号码",
        "This person has a chat of their own: they can get a code there",
    ),
    "works-here": Words(
        "这是工作人员的账号，请本人登录后取号码",
        "This is an account of somebody who works here: they can get a code when signed in",
    ),
    "acts-for-the-other": Words(
        "两个账号之间有亲属代办，是两个人的账号，不能合在一起",
        "One of the two acts for the other: they are two people and stay two",
    ),
    "chat-has-duties": Words(
        "这个聊天里的账号有工作职责，请先由管理员处理",
        "This chat's account has duties: an administrator has to see to them first",
    ),
    "both-volunteer": Words(
        "两边都有志愿服务记录，请联系站点或管理员来合并",
        "There are records as a volunteer on both sides: please ask the point or an administrator",
    ),
    "bookings-at-once": Words(
        "两边在同一时间都有预约，请先取消一边",
        "There are bookings at the same time on both sides: cancel one of them first",
    ),
    "waiting-twice": Words(
        "两边都在候补同一个时段，请先退出一边",
        "Both sides wait for the same slot: leave one of them first",
    ),
    "alone-in-a-role": Words(
        "这个岗位只有您一个人，请先请管理员找人接手",
        "Nobody else holds this role: have an administrator name somebody first",
    ),
    "leads-a-team": Words("您是志愿队的负责人，请先交给别人", "You lead a team: hand it over first"),
    "leads-a-shift": Words("您要带一个班次，请先交给别人", "You are to lead a shift: hand it over first"),
    "leads-shifts": Words(
        "您是固定班次的带班人，请先交给别人", "You lead a recurring shift: hand it over first"
    ),
    "notice-over": Words("这条通知不需要再发", "This notice needs no sending"),
    "notice-worthless": Words("已经过时，再发也没有用了", "Its time has passed: sending it is no use"),
    "offer-over": Words("候补邀约已经结束", "The offer has ended"),
    "not-started": Words("还没有开始", "It has not begun yet"),
    "not-attended": Words("这次预约还没有签到", "Nobody was checked in for this booking"),
    "already-rated": Words("已经评价过了", "It has been rated already"),
    "rating-over": Words("评价时间已过", "The time for rating is over"),
    "nobody-waiting": Words("没有人在排队", "Nobody is waiting"),
    "code-of-another-day": Words("这个号码是别的日子的", "This code is for another day"),
    "several-match": Words("有几位名字相符，请选一位", "Several match this name: choose one"),
    "shift-not-open": Words("这个班次不接受报名", "This shift takes nobody"),
    "not-yet-released": Words("还没轮到您所在的团队报名", "It is not yet open to your organisation"),
    "release-cap": Words(
        "新班次刚发布，您在这个站点已报满", "You have as many of this point's new shifts as allowed"
    ),
    "shift-started": Words("班次已经开始", "The shift has begun"),
    "signup-closed": Words("报名已经截止", "Signing up has closed"),
    "already-on-it": Words("已经报过这个班次", "Already on this shift"),
    "shift-full": Words("人数已满", "The shift is full"),
    "overlapping-shift": Words("同一时间已有别的班次", "There is another shift at that time"),
    "too-little-rest": Words("和另一个班次之间休息时间不够", "Too little rest between two shifts"),
    "week-is-full": Words("这一周的服务时间已到上限", "As many hours in that week as allowed"),
    "too-young": Words(
        "还没到这个班次要求的年龄，或没有填写生日", "Below the shift's age, or the age is not known"
    ),
    "guardian-consent-missing": Words("未成年人需要监护人同意", "A guardian has to agree first"),
    "first-chat-stays": Words(
        "这是您最早使用的聊天，不能断开", "This chat has been yours for the longest and stays"
    ),
    "consent-withdrawn": Words(
        "已撤回志愿服务方面的同意", "What was agreed to as a volunteer was taken back"
    ),
    "certificate-missing": Words("缺少所需的证书，或证书已过期", "A certificate is missing or has expired"),
    "first-timer-alone": Words(
        "第一次来需要有经验的人带，现在没有人或名额带",
        "On a first shift somebody experienced must have room for you",
    ),
    "suspended": Words("因多次缺席，暂时不能报名", "Signing up rests after several absences"),
    "no-queue": Words("这个班次由站长确认，没有候补", "The manager confirms here; there is no queue"),
    "signup-over": Words("这个报名已经结束或已开始", "This signup has begun or is over"),
    "ask-over": Words("已经有人来了，谢谢您", "Somebody has come forward already; thank you"),
    "swap-over": Words("这次换班已经结束", "This swap is over"),
    "shift-over": Words("班次已经结束或取消", "The shift is over or was cancelled"),
    "more-have-a-place": Words(
        "已有更多人报名，请先减少人数", "More people have a place; refuse some of them first"
    ),
    "already-standing": Words("您已有这个固定班次", "You have a standing place there"),
    "no-shift-now": Words(
        "您现在没有要签到或签退的班次", "You have no shift to check in to or out of just now"
    ),
    "wrong-code": Words("签到码不对", "The code is wrong"),
    "not-checked-in": Words("还没有签到", "Nobody has checked in"),
    "check-out-over": Words("签退时间已过，请站长核实", "The time to check out is over; ask the manager"),
    "correction-over": Words("更正时间已过", "The time for corrections is over"),
    "too-few-hours": Words("账户里的时长不够", "The account does not hold so many hours"),
    "no-room-for-hours": Words("对方账户已到上限", "The other account has no room for them"),
    "guardian-not-of-age": Words("监护人须已成年", "A guardian must be of age"),
    "name-taken": Words("已有同名的", "There is one of that name"),
    "ticket-of-another-point": Words("这张凭证是另一个站点的", "This ticket is for another point"),
    "pause-over": Words("这次暂停已经结束", "This pause has ended"),
    "booking-over": Words("这个预约已经开始或结束", "This booking has begun or is over"),
    "too-early-to-check-in": Words("还没到签到时间", "It is too early to check in"),
    "answers-threads": Words(
        "您还在和居民对话，请先结束或转给别人",
        "You are still talking with residents: end it or hand it on first",
    ),
    "both-in-a-thread": Words(
        "两边正和同一处对话，请先结束一个", "Both are talking with the same people: please end one first"
    ),
    **REQUEST_REASONS,
    "code-at-several-points": Words(
        "有多个站点用到这个号码，请先选站点", "Several points have this code; name the point"
    ),
}
"""Every reason that a refusal can carry."""
