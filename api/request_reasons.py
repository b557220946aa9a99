"""Reasons against what is done to requests, wishes, cells and attachments, in words."""

from collections.abc import Mapping

from api.words import Words

REQUEST_REASONS: Mapping[str, Words] = {
    "request-over": Words("这件诉求已经办结或撤回", "This request has been answered or withdrawn"),
    "request-not-answered": Words("这件诉求还没有答复", "This request has not been answered yet"),
    "request-already-rated": Words("已经评价过了", "The answer has been rated already"),
    "reopen-over": Words(
        "要求重办的时间已过，可以再提交一件新的", "The time to reopen it is over; send a new request"
    ),
    "nobody-answers": Words(
        "这里还没有人负责，请拨打社区电话", "Nobody answers for this place yet; please call the community"
    ),
    "nobody-above": Words("上面没有人可以接了", "Nobody stands above to hand it to"),
    "wish-with-volunteer": Words("志愿者正在办这个心愿", "A volunteer has this wish in hand"),
    "wish-otherwise": Words("心愿现在不能这样操作", "This cannot be done to the wish as it is now"),
    "wish-taken": Words("已经有志愿者认领了，谢谢您", "A volunteer has taken it already; thank you"),
    "wish-claims-full": Words(
        "您手上的心愿已经够多了，先完成一个吧", "You have as many wishes in hand as allowed; fulfil one first"
    ),
    "cell-number-taken": Words("这个社区已有这个编号的网格", "The community has a cell of this number"),
    "answers-requests": Words(
        "您名下还有没办完的诉求，请先交给别人", "You still answer for requests: hand them over first"
    ),
    "works-a-cell": Words(
        "您是网格的网格员，请先交给别人", "You are the worker of a grid cell: hand it over first"
    ),
    "both-answer-for-a-cell": Words(
        "两个账号负责同一个网格，不能合并", "Both accounts answer for one grid cell and cannot be joined"
    ),
    "attachments-not-offered": Words("这里暂时不收照片和语音", "Photos and voice notes are not taken here"),
    "nobody-to-ask": Words(
        "这里暂时没有人在线回复，请打电话", "Nobody answers in writing here yet; please call"
    ),
    "thread-taken": Words("已有同事在回复", "A colleague is answering already"),
    "thread-closed": Words("这次对话已经结束", "This conversation has ended"),
    "newer-thread": Words("您和他们已有新的对话", "There is a newer conversation with them"),
    "newer-message": Words("对方又说了话，请先看一看", "They have said something more; please read it first"),
    "not-answered": Words("还没有回复居民，请先回复", "The resident has no answer yet; please answer first"),
    "not-a-colleague": Words("不能转给这个人", "It cannot be handed on to this person"),
    "nobody-booked": Words("没有人预约，没有发送", "Nobody is booked: nothing was sent"),
    "too-many-point-messages": Words(
        "今天群发的次数已用完", "This point has written as often today as it may"
    ),
}
"""By code; part of the reasons of `api/problems.py`."""
