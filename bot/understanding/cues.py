"""What in a sentence speaks for an intent: patterns over Chinese and English words."""

import re

from bot.understanding.mentions import TAKEN
from bot.understanding.numerals import ENGLISH, NUMBER


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


HUMAN = _any(
    r"电话(?:里)?(?:说|讲|聊|沟通)",
    r"不(?:想|要|用)?(?:和|跟|要)机器|找(?:个)?人帮我?(?:弄|操作|点|填|搞)|(?:要|叫|换|接|给我)(?:个|一个)?人(?:来|接|吧|$|说|处理)(?!行)|坐席|人在吗|^有人(?:在)?吗|接通|怎么联系(?:你们|社区|站点)|联系(?:方式|人|社区|街道|站点)|(?:想|要|能|可以)(?:直接)?打(?:个)?电话(?!.{0,4}(?:预约|订|约|取消))",
    r"\b(?:connect|put) me (?:with|through to|to) (?:the |your |my )?(?:\w+ ){0,2}(?:office|centre|center|desk|community)\b|\bis (?:any(?:one|body)|some(?:one|body)) there\b|\bget me (?:a |an |some)?(?:person|human|someone|one|agent)|\b(?:any(?:one|body)|some(?:one|body)) (?:i can |to |available to )?(?:call|talk to|speak (?:to|with)|contact)\b|\bcustomer care\b|\bnot a (?:bot|robot|machine)\b|\b(?:give|want|need) (?:me )?a (?:real )?(?:person|human)\b|\bhow (?:can|do) i (?:contact|reach|call) (?:you|the|a|some)",
    r"^(?:我)?(?:要|想)?(?:找|叫|换)(?:个|一个)?人(?:来)?$",
    r"验证码|密码|登录不|登不(?:上|了|进)", r"\b(?:password|verification code|log ?in)\b", r"人工(?!智能|湖|降)", r"真人", r"活人", r"客服", r"接线员", r"值班电话|服务电话|联系电话|电话号码|电话多少|电话是多少|给我.{0,4}电话|打(?:个)?电话(?:给谁|找谁|问谁|联系)|打哪个电话|打(?:个)?电话给我|给我(?:回|打)(?:个)?电话|有电话吗",
    r"(?:找|联系|见|叫|请).{0,3}(?:工作人员|负责人|管事的?|领导|网格员|网格长|社区的人|社区干部|书记|主任|站长|社工|办事员)", r"有没有(?:工作人员|人在|活人)", r"(?:和|跟|与|找)(?:个)?(?:人|工作人员|你们的?人)(?:说话|讲话|说(?!和)|讲|通话|对话|沟通|直接)",
    r"派(?:个)?人(?:来)?(?:和|跟|给|联系)?我|叫(?:你们)?(?:的)?(?:人|领导|负责人|工作人员)来", r"找个人(?:说|讲|问|来接|接|帮我弄)(?!和)", r"转接", r"转(?:到|给|一下)?(?:人|社区|街道|站点)(?!行道)", r"接(?:个)?人工", r"换个?人来?(?:接|说|跟我)", r"不要机器人|别机器人|不跟机器(?:人)?(?:说|讲|聊)",
    r"\b(?:human|real person|live (?:agent|person|chat)|operator|customer (?:service|support)|representative|receptionist|staff member|agent)\b",
    r"\b(?:talk|speak|chat|connect me|put me through|transfer me) (?:to|with) (?:a |an |the |some|any)?(?:\w+ |member of ){0,2}(?:person|someone|somebody|one|staff|manager|people|body|grid worker|worker)\b",
    r"\b(?:call me|phone me|ring me)\b(?! a)", r"\b(?:phone number|telephone|hotline)\b", r"\bperson please\b",
    r"\b(?:contact|reach) (?:the |a |an |your )?(?:staff|manager|grid worker|someone|somebody|office|person)\b",
)  # fmt: skip

HELP = _any(
    r"\bneed (?:some )?assistance\b|\bwhat are my options\b",
    r"\bwhat are the rules\b|取消(?:规则|政策)",
    r"^这(?:个)?(?:是|到底是)(?:什么|啥|干)",
    r"(?:看|搞|弄|整|听)不(?:懂|明白)|你(?:是|们是)(?:干|做)(?:嘛|什么|啥)的|不明白(?:怎么|咋)?|(?:咋|怎么)整|第一次(?:用|来|使用)|怎么开始|新手|教(?:我)?一下(?:怎么|$)",
    r"\b(?:tell|explain|teach)(?: to)? me how (?:to|this|it)\b|\bguide me\b|\bget started\b|\bhow does (?:this|it)\b",
    r"^(?:帮助|求助|帮帮我|帮我一下|帮忙|帮个忙|help|help me|menu|菜单|功能|说明)$", r"(?:怎么|咋|怎样|如何|咋个)(?:使用|用|操作|弄|搞|玩|点|办(?!理)|开始)", r"(?:怎么|咋|怎样|如何)(?:预约|约|订|取消|改|报名|查)(?:呀|啊|呢|的|吗)?$",
    r"不会(?:弄|用|操作|点|搞|使)", r"不知道(?:怎么|咋|如何)", r"使用(?:帮助|说明|方法|指南|教程)", r"操作(?:说明|指南|手册|步骤)|说明书|新手|教程|帮助(?:中心|文档|页面|菜单)", r"有(?:什么|啥|哪些)功能|功能(?:介绍|有哪些)",
    r"(?:你|这个?|这里|机器人).{0,4}(?:能|会|可以)(?:帮我|为我)?(?:干|做|办)(?:嘛|什么|啥|点|些|哪些)", r"都?能干(?:嘛|啥|什么)", r"介绍(?:一下|下)?(?:吗|吧|你|这|$)", r"教(?:教|一下)?我(?:怎么|咋)?(?:用|操作|弄|约|订|吧|$)", r"这(?:个)?(?:是|东西)(?:干|做)(?:什么|啥|嘛)",
    r"\bhow (?:do|does|can|to|should) .{0,12}\b(?:use|work|works)\b", r"\bwhat can (?:you|i|this) do\b|\bwhat (?:do|does) (?:you|this) do\b|\bwhat is this\b|\bwhat are you for\b", r"\binstructions?\b|\buser guide\b|\bmanual\b|\btutorial\b", r"\b(?:i )?need (?:some )?help(?: (?:with|using) (?:this|the (?:bot|app)))?[.!]?$", r"\b(?:can|could) you help(?: me)?\??$", r"\bi don'?t (?:know|understand) how\b", r"\bshow me how\b", r"\bcommands?\b", r"\bhelp me(?: please)?[.!?]*$", r"^(?:please |pls |can you )?help\b(?: please| pls| plz)?[.!?]*$", r"\bhow (?:do i|to) (?:book|cancel|reschedule|make a (?:booking|reservation)|start)\??$",
)  # fmt: skip

SHOWN = _any(
    r"(?:能不能|可不可以|能|可以)(?:说|讲|用)(?:英文|英语|中文)|字(?:体)?(?:太小|有点小|看不清|大一?点|调大|放大)|(?:换成?|改成|调成|用|要)(?:大字|英文|中文版?)$|怎么.{0,4}大字",
    r"\b(?:large|larger|bigger) (?:text|letters|font|print)\b|\b(?:switch|change) (?:it |this )?(?:in)?to (?:chinese|english)\b|^(?:can you |do you |please )?speak (?:english|chinese)(?: please)?\??$",
)  # fmt: skip
"""How what is shown should look, or in which language."""

MY_HOURS = _any(
    r"\bhours? (?:i )?volunteered\b|\bvolunteer(?:ing)? (?:certificate|statement)\b",
    r"小时数|时数|时间币|公益时",
    r"\b(?:volunteer(?:ing)?|service) (?:time|record|log)\b|\bhow long have i volunteered\b|\bhours? (?:i have |i\'ve )?(?:logged|earned|collected)\b|\b(?:logged|earned) hours\b",
    r"时长", r"时间银行", r"工时", r"(?:多少|几个?)(?:个)?(?:小时|钟头)(?:的)?(?:志愿|义工|服务|了|班|$)", r"(?:志愿|义工|服务).{0,6}(?:多少|几)(?:个)?(?:小时|钟头)", r"(?:做|干|攒|累计|服务)了?(?:多少|几个?)(?:个)?(?:小时|钟头)", r"(?:服务|志愿|义工).{0,3}(?:多久|多长时间)", r"志愿(?:服务)?(?:小时|证明|积分|记录)|服务(?:小时数|证明)|志愿者证明",
    r"\b(?:volunteer(?:ing)?|service|my|verified|total) hours\b", r"\bhow many hours\b", r"\bhours (?:have i|i have|i'?ve|did i|do i have|so far|statement|certificate|record)\b", r"\btime bank\b", r"\bcertificate of (?:my )?(?:volunteer|service|hours)\w*",
)  # fmt: skip

SHIFT = _any(
    r"\bwhen do i (?:next )?work\b",
    r"(?<![上下加航轮早末坐级趣训习础幼])班(?!级|长|车|主|里|子|公交|机|船|地铁)", r"值班|排班|班次|班表", r"(?<!取消)志愿(?!者上门|者帮|者来|书)", r"义工", r"岗(?!亭)", r"轮到我", r"\bshifts?\b", r"\bvolunteer\w*\b", r"\brota\b|\broster\b|\bon duty\b", r"\bam i (?:working\b|on\b(?! the (?:wait(?:ing )?)?list\b))",
)  # fmt: skip

SWAP = _any(
    r"换(?!成|到|个时间|时间)|替|顶(?!楼)|代(?!表|码)",
    r"(?:代替|接替|顶替|替换)我|帮我(?:上|值|顶|代)|接(?:我的?|一下)?班|补位|转(?:给|让)|让给|谁有空",
    r"\bcover\b.{0,20}\bshift|\breplac(?:e|es) me\b|\bsub(?:stitute)? for me\b|\btake over\b|\bgive (?:away|up) my shift\b|\bexchange\b|\btrade\b|\bwho can (?:take|do|work)\b|\b(?:anyone|someone|somebody|anybody) (?:to |who can )?(?:take|do|cover|work) my\b",
    rf"[替换顶代调倒]{TAKEN}*(?:一下|下|个|掉|一)?(?:我的?)?班", r"替班|换班|顶班|代班|调班|倒班", r"(?:替|顶|代)(?:我|一下|替|班|下)(?!老|妈|爸|奶|爷|家|婆|公|外|儿|女|孙|约|订|预|报|取|挂)", r"替补|替换人|找(?:个)?人(?:来)?(?:替|顶|代|换)|换(?:个)?人|对调|互换", r"(?:跟|和|与)我(?:对)?(?:换|调)",
    r"\bswap\b|\btrade (?:my )?shifts?\b", r"\bcover (?:for me|my|the|our)\b", r"\bstand[- ]?in\b|\bsubstitute\b|\breplacement\b|\bfill in for\b|\btake (?:over )?my\b",
)  # fmt: skip
CANNOT_COME = _any(
    r"(?:去|来|上|值|到|做)不(?:了|成)", r"没法(?:去|来|上|到)", r"有事(?:去|来)?", r"不能(?:去|来|上)", r"想换(?!个时间)|要换|换一?下", r"请(?:个)?假", r"\b(?:can'?t|cannot|can not|won'?t|unable)\b",
)  # fmt: skip

MINE_SHIFT = _any(
    r"^(?=.*[我俺])(?=.*(?:几点|哪天|几号|什么时候|啥时候|有没有|吗|哪些|看|查|在哪|是不是))(?!.*(?:想|报|招|缺|可以|能当|能做|参加|怎么|谁|替|换))",
    r"班[^,。]{0,3}我(?:是)?(?:几点|什么|在哪|哪|要)|我[^,。]{0,14}的班(?!能不能|可以|谁|想|要)|我(?:是)?(?:哪天|几号|周几|几点|什么时候|啥时候)[^,。]{0,6}(?:班|岗|志愿)|我(?:参加|报)的志愿|我的(?:岗位|志愿活动|志愿班)",
    r"\bupcoming shifts?\b|\bwhen do i (?:volunteer|work)\b|\bshifts? (?:am|do) i\b|\bmy (?:next |upcoming )?(?:volunteer|volunteering) (?:shifts?|schedule|rota)|\bfor my shift\b",
    r"我.{0,8}(?:的)?(?:班|排班|值班|岗)", r"(?:我|俺).{0,6}(?:报名|报)(?:了|的).{0,4}(?:哪|什么|啥|班|志愿|活动)", r"^(?:排班|班表|值班表|我的班次?)$", r"轮到我|(?:查|看).{0,5}(?:排班|班表|值班)", r"\bmy (?:\w+ )?(?:shifts?|rota|roster|schedule)\b", r"\bwhen (?:am i|do i|is my).{0,20}(?:shift|volunteer|on duty|work)\w*", r"\bam i (?:working\b|on\b(?! the (?:wait(?:ing )?)?list\b))", r"\bshifts? (?:do|did|have|am) i\b", r"\bshifts? i(?:'ve| have)? (?:signed|got|took|taken)\b", r"\bi(?:'m| am) (?:signed up|on duty)\b", r"\bi signed up for\b", r"\bdo i have (?:a |any )?shifts?\b",
)  # fmt: skip
WHICH = _any(r"什么|哪些|哪个|几个|有(?:没有)?|查|看|几点|是不是|啥|时候|安排|列|的$|\?")

VOLUNTEER = _any(
    r"义务(?!教育)|义剪|义诊帮忙", r"\bpair of hands\b",
    r"帮(?:社区|老人|邻居|大家|孤寡老人|残疾人|街坊|居民)(?:们)?.{0,4}(?:搬|送|打扫|干|做|提|买|陪|跑|念|洗|扫|修|教)",
    r"搭把手|帮把手|打下手|出(?:点|把)力|做贡献|学雷锋|献爱心|爱心活动|社会实践|服务社区|公益",
    r"\bi can help\b(?! you)|\bneed any (?:help|hands)\b|\b(?:available|free|able) to help\b|\bgive a hand\b|\bpitch in\b|\boffer my time\b|\bhelp (?:the )?(?:elderly|old|seniors?|neighbou?rs|community)\b|\bcommunity service\b",
    r"(?:当|做|成为|报名|报|招|招募|缺|要|需要|还缺|参加|加入|注册|申请).{0,6}(?:志愿|义工|班次)", r"志愿(?:者|服务|活动|岗位|班次|队)?", r"义工", r"班次", r"(?:可以|能|想|要|报|排|有).{0,6}(?:(?<![级趣训习础幼高])班|岗)", r"报.{0,4}班|(?:哪些|什么|啥)班|班.{0,3}(?:缺人|空缺|可以报|能报)", r"(?:需要|缺|少)(?:人手|人帮忙|帮手|人(?!管|修|清|理|扫))",
    r"(?:帮|给)(?:社区|邻居|大家|居民|街坊|站点|食堂|老人们?)(?:做|干|出|帮)?(?:点|些)?(?:事|活|力|忙)", r"出(?:一)?份力|发挥余热|献(?:点)?爱心|做(?:点)?(?:好事|公益)|公益活动", r"\bvolunteer\w*\b", r"\bshifts?\b", r"(?:想|来|去|可以|能).{0,8}帮(?:帮)?(?:忙|厨)(?!我|带|约|订)", r"\b(?:want|like|love|can i|able|could i|offer|come|happy) (?:to )?(?:come )?(?:and )?help\b(?! me| my| us)|\bhelp out\b|\blend a hand\b|\bgive back\b|\bneed(?:s)? (?:help|people|hands)\b",
)  # fmt: skip

CLOSED = _any(
    r"关站|放假(?!吗|么|几天|回|了吗|的时候)|不接(?:预约|单|客|待)|停止预约|停供|封闭(?!小区)|暂时(?:关|停)|歇(?:一|两|三)天|停用|不开(?=[,。]|$)",
    r"\bwon\'?t (?:be )?open\b|\bnot (?:be )?opening\b|\bno \w+ service\b|\bday off\b",
    r"闭馆|闭站|闭店|休馆|停馆|关馆|停业|歇业|停开|停课|停诊|打烊|停餐|停供|停止(?:服务|营业|供餐|开放|接待)|停办", r"(?<!大)(?<!的)(?<!不)(?<!没)(?<!别)关(?:门|闭|停|张)(?!坏|不|得|太)", r"关(?:半|一|两|三|几)(?:天|日|上午|下午)|(?:停|休|休息|歇)(?:业|课)?(?:半|一|两|三|几|1|2|3)(?:天|日|次|上午|下午|周|个星期)|停(?:掉)?[一两几]个?(?:时段|场次?|节|堂)|停一停|关一下(?:站|门|馆)|(?:全天|整天)(?:关|停|休)", r"(?<!开)不(?:开门|开放|营业|开火|开饭|开馆|供餐|供饭|接待|上课|开课|对外|提供服务|做饭)(?!了?[吗么])", r"暂停(?:服务|营业|开放|接待|供餐|预约|使用|[^,。]{0,8}$)|^暂停", r"(?:站点|场馆|活动室|食堂|阅览室|健身房|教室|中心|我们).{0,6}(?:关了|要关|关半|休息|放假|停用|停一)", r"临时(?:关|停|休)",
    rf"\bclos(?:e|ing|ed)\s*{TAKEN}", r"^closed\b", r"\bclos(?:e|ed|ing) (?:the (?!windows?\b|doors?\b|gates?\b|curtains?\b|lid\b)|our |down|on|for|all|tomorrow|today|next|this|early|it|my|from|mon|tue|wed|thu|fri|sat|sun)", r"\b(?:be|is|are|we'?re|we will be|stay) closed\b", r"\bshut(?:ting)?(?: down| up)?\b", r"\bclosed?\b.{0,30}\b(?:centre|center|point|canteen|library|gym|room|station|site|tomorrow|today|day)\b", r"\bnot open(?:ing)?\b", r"\bsuspend\b", r"\bclose it\b", r"\bno (?:class|service|lunch|session)\w* (?:today|tomorrow|on|this)\b",
)  # fmt: skip
ASKED = _any(
    r"[吗么伐不]\s*[?？]?$|吗|开不开|是不是|有没有|会不会|几点|什么时候|啥时候|多久|为什么|怎么(?:又|老|总)", r"\bare you\b|\bis (?:it|the|there)\b.*(?:open|closed)|\bwhen do(?:es)?\b|\bwhat time\b|\?$|\bwhy\b",
)  # fmt: skip

_MORE_OR_FEWER = "加|增加|增|添|减|减少|降|降低|下调|上调|调高|调低|调到|调整|调成|调|改成|改为|改到|改|扩大|扩|缩减|缩|设为|设成|设置|设|提高|提到|放出|放|砍|压缩|收|补|翻倍|少|多|限制|限"
_ROOM = "名额|容量|限额|限号|上限|座位|位子|位置|号源|餐位|份数|人数|限量|床位数|供应量|备餐|供餐量|接待量|总数|号子"
CAPACITY = _any(
    rf"(?:最多|只|控制在|不超过|至多)(?:接待|接|收|留|排|做|供|能接|能收|放|开)?(?:到)?\s*{NUMBER}(?:百)?(?:份|个|位|人|号|桌|客)",
    r"(?:改成|改为|改到|调成|调到|调为|设为|设成|定为)\s*(?:\d{2,}|[一二两三四五六七八九]?[百千]|[一二两三四五六七八九]?十)[\d一二三四五六七八九十百]*\s*(?:份|个?名额|个人|人|位|个位子|个座位?|桌)",
    rf"限{NUMBER}(?:人|份|个|位|桌)", r"放号|增开|加开|加号(?!线)",
    rf"\badd {ENGLISH} (?:more |extra )?(?:lunch|dinner|breakfast|meal|place|seat|spot|slot|portion)\w*",
    rf"(?:{_ROOM})(?:数|量)?.{{0,10}}?(?:{_MORE_OR_FEWER}|减半|一半)", rf"(?:{_MORE_OR_FEWER})(?!有|少).{{0,10}}?(?:{_ROOM})(?!吗|没|么)",
    rf"(?:(?:多|再|少)(?:加|增|添|减|放|备|接|做|留|开|砍|收|供)|加|增|添|减|砍)(?:少|加|上|到|掉|出|至)?\s*{TAKEN}*{NUMBER}十?百?\d?\s*(?:份|个?(?:名额|号|位子|位置|座|位|人)|客|套|张(?:桌|椅)|桌)(?!.{{0,3}}(?:我|饭吧))", rf"(?:多|再|少)(?:多|再|少|给)?(?:加|放|开|做|备|接|留|排|收|供|安排|准备)(?:上|出)?\s*{NUMBER}(?!.{{0,6}}给我)", r"\b(?:limit|cap|restrict)\b.{0,40}\bto \d+", r"扩容|限量|限流|限号|缩容|加座|加位|满员设", rf"(?:降|减|加|增|扩|调|提高|提)(?:少|加)?(?:到|至|为|成)\s*{NUMBER}", rf"(?:加|减|增|少)(?:少|加)?{NUMBER}十?(?:份|个)?$",
    r"\bcapacity\b", r"\b(?:add|increase|reduce|raise|lower|decrease|cut|set|limit|open|release|expand|double|halve|drop)\b.{0,40}\b(?:places|seats|spots|slots|portions|meals|limit|lunches|size|places)\b(?! for me)", rf"\badd (?:another )?{ENGLISH} (?:more |extra )?(?:to|for|at|in)\b(?! (?:me|us|my)\b)", rf"\b(?:\d+|(?!one\b|two\b|three\b|four\b){ENGLISH}) (?:more|extra|fewer|less|additional) (?:places|seats|spots|slots|portions|meals|lunches|dinners|breakfasts)\b(?! please)",
    rf"\btake {ENGLISH} (?:\w+ )?(?:off|away from|out of)\b", rf"\bcan (?:only|just) (?:do|make|cook|serve|take|offer|seat|have)\s+{ENGLISH}\b", rf"\b{ENGLISH} (?:places|seats|spots|portions|meals|lunches|dinners) instead of {ENGLISH}\b",
)  # fmt: skip

CANCEL = _any(
    r"(?<!是)不(?!行|舒服|热|冷|转|响|灵|准|走字|工作|开机|制|见|亮|对|住|动|懂|着|好|通|到|起|得|知|会|够|能|同|错|停|想活|吃饭了没)[^\W\d_]{1,3}了(?!吗|么)",
    r"推掉|退出|撤约|放弃|免了|用不上了|赶不(?:上|及)|来不及(?:了|去|来)|不(?:过去|过来|能去|能来|能过去|能过来)了?|别(?:给我)?(?:留|做|算)|不(?:用|要)(?:给)?(?:我)?(?:留|准备|算)",
    r"\btake (?:me|us|him|her) off\b|\bunbook\b|\bgive up my (?:place|seat|spot|booking)\b|\bwon\'t need\b|\bforget (?:about )?(?:my|the)\b|\bnot able to (?:come|make|attend)\b|\bcan(?:no|\')t be there\b",
    r"取消|退订|退掉|退(?:了(?!休)|一下|票|号|餐|吧|款|约|课|饭)|撤(?:销|了|掉|回|单)|作废|注销(?:预约)", r"不(?:去|来|参加).{1,6}了|不(?:去|来|吃|约|要|订|定|参加|上|学|打|看|做|理|报|剪|跳|听|练|需要|想去|想来|想约|想要|想吃|想订|用来|用约|用订|用留)了", r"(?:去|来|吃|赶|参加|到)不(?:了|成)|去不(?:了|成)|没法(?:去|来|参加)|没空(?:去|来)?了?|没时间(?:去|来)?了", r"不(?:想|能|打算)(?:去|来|参加)(?!医院)", r"(?:别|不用|不要)(?:给我)?(?:订|留|约|送|准备|做)(?:了|我)?", r"算了(?:吧|不)?$|^算了|用不着了|不需要了", r"删(?:掉|除|了)(?:预约|那|我)?|去掉",
    r"\bcancel\w*|\bcall(?:ing)? off\b|\bcalled off\b", r"\b(?:can'?t|cannot|can not|won'?t be able to|couldn'?t|unable to) (?:make|come|attend|go|join|be there)\b", r"\bwon'?t (?:be )?(?:com\w+|make|attend\w*|join|need)\b|\bnot (?:coming|going|attending)\b|\bno longer (?:need|want|coming|able)\b|\bdon'?t (?:need|want) (?:the|my|it|that|to (?:go|come))\b|\bneed not\b", r"\b(?:drop|scrap|scratch) (?:my|our|the|out)\b|\bdon'?t (?:cook|make|prepare|save|keep|set) (?:\w+ ){0,3}for (?:me|us|him|her)\b|\bwithdraw\b|\bskip (?:my|the|tomorrow|today|\w+day)\b|\bremove my\b|\bdelete my\b|\bcall it off\b",
)  # fmt: skip
NOT_CANCEL = _any(
    r"不是(?:要|想|来)?(?:取消|退)|(?:没|没有|不要|别|不想|不会|不用|未|怎么没)(?:给我)?取消|被取消|取消了(?:吗|没|为什么)|能取消吗$|取消(?:规则|政策)", r"(?:do not|don'?t|did not|didn'?t|not) (?:want to )?cancel\b|\b(?:is|was|were|are|has|have|been|got|did you)\b[^,.]{0,30}\bcancel(?:l?ed)?\b|\bwhy\b.{0,30}\bcancell?ed\b",
)  # fmt: skip
WEAK_CANCEL = _any(r"(?:去|来|到)不(?:了|成)|没空|没法|不(?:想|能|打算)(?:去|来)|算了")

MOVE = _any(
    r"\b(?:would|will|might) be better\b|\bsuits? (?:me )?better\b|\bbetter for me\b",
    r"\bput (?:it )?off\b",
    rf"(?<!can\'t )(?<!cannot )(?<!won\'t )\bmake it (?:on |at )?{TAKEN}",
    r"换(?:一)?天|换个(?:钟点|日子)|拖(?:到|一)|错后|顺延|调换|改(?:早|晚)|约到(?:别的|其他)|晚点(?:行|可以|去|来|到)|(?:迟|早)(?:一)?(?:点|些)(?:行|可以|去|来|到)",
    r"\b(?:moved|changed|shifted|postponed|delayed|rebooked|switched)\b|\brather (?:come|have it) (?:on|at)\b|\bbump\b|\bpush(?:ed)? (?:it |the |my )?.{0,20}\bback\b",
    r"改(?:到|期|天(?!就)|签|约|时间|个?(?:时间|日子|日期|时段|点)|一下(?:时间|预约|日子)|至|去)", r"改(?:成|为)(?!.{0,4}(?:名额|容量))", rf"改\s*{TAKEN}|改(?:下|在)", r"(?:换|调)(?:到|成|至|个(?:时间|日子|天|时段|钟点|点)|时间|天|一天|一个时间|整一?下?(?:时间|预约|日期))", rf"(?:换|调)\s*{TAKEN}", r"挪(?:到|一|个|后|前|下)?|推迟|推后|推到|延(?:后|期|迟|到)|顺延|缓到", r"提前(?:到|一|半|几|点|些|至)|提前$|往(?:后|前)(?:推|挪|移|调|延|提)?", r"晚(?:一|两|几)(?:天|点|个小时|小时)(?!睡)|早(?:一|两|几)天|另约|重新约|重约|再约个(?:时间|日子)|变更|更改|换个时间|错开|移到",
    r"\breschedul\w*|\bpostpone\w*|\bre-?book\b", r"\b(?:move|shift|change|switch|push|delay|swap|transfer)\b(?: (?:my|the|our|it|that|this|her|his|mom'?s|dad'?s|mother'?s|father'?s|me|from)\b|.{0,30}\b(?:to|back|forward|until|later|earlier)\b)", r"\binstead(?: of)?\b", r"\b(?:different|another|new|other|later|earlier|better) (?:time|day|date|slot)\b", r"\b(?:an hour|a day|a week) (?:later|earlier)\b", r"\bchange (?:the )?(?:time|date|day)\b",
)  # fmt: skip
TARGET = _any(
    r"(?:改|换|调|挪|推|移|延|提前|约)?(?:到|成|至|为)\s*$|(?:改|换|就)\s*$|\b(?:to|until|till|for|into)\s+(?:the\s+)?$"
)
SOURCE = _any(r"\b(?:from|of|my|our|the)\s+(?:the\s+)?$|从$")

MINE = _any(
    r"\bunder my name\b|\bbooked for me\b|\bmy name\b.*\bbook",
    r"^(?=.*[我俺咱])(?=.*(?:约|订|报名|报|预约|挂)(?:了|的|过|好了))(?=.*(?:看|查|哪|几|什么|啥|有没有|没有|吗|来着|记得|忘|\?))(?!.*(?:想|要)(?:约|订|报))",
    r"^(?:all |upcoming |list |show |view |see )*(?:of )?(?:my )?(?:bookings?|appointments?|reservations?)$",
    r"(?:我|俺)[^,。]{0,14}来着|候补|排到了?(?:吗|没)",
    r"我(?:那|这)(?:个|次|些|几个)?(?:预约|预定|预订|票|单子)(?!取消|退|改|换|不)|(?:我|俺)[^,。]{0,6}(?:礼拜|周|星期)几的|瞅瞅我|排到(?:第几|几号|哪)|(?:我|俺)(?:还)?有(?:没有)?约(?:吗|没)?$",
    r"\bdid (?:my|i) .{0,20}\b(?:go through|book|get booked|confirmed)\b|\bis my .{0,20}\bconfirmed\b|\bwhat i (?:booked|have booked|reserved)\b|\bmy upcoming\b|\b(?:everything|anything|all|what) (?:that )?(?:i|we)(?:\'ve| have)? (?:booked|reserved)\b",
    rf"我(?!想|要|来)[^,。想要来订约帮给]{{0,8}}的(?:[^,。]{{0,6}})?(?:预约|预定|预订|订单|约单|票|号|码|凭证|日程|安排)(?!一|个)(?:还|在|有|是|几|哪|怎|成功|记录|情况|列表|查|没|能|什么|啥|给|看|码|$|[^\w{TAKEN}])", r"我(?:都|给.{1,4})?(?:预约|预定|预订)(?:的|了|过|成功|记录|情况|上|好|$)", r"(?:我|俺|咱).{0,8}(?:约|订|定|预约|预订|预定|报|挂|报名)(?:了|过|的|上|好)(?!吗?一).{0,8}(?:什么|哪|啥|几|吗|没|么|时候|怎么样|在|查|记录|还|情况|的)", r"^(?:我)?(?:约|预约|订|预订|预定)(?:了|过)?的?(?:什么|哪些|啥)$|^我(?:约|订|预约|预订)(?:了)?的$|(?:约|订)(?:了|过)?的.{0,8}怎么样|^(?:约|订)了(?:什么|啥|哪些)", r"预约(?:记录|情况|单|列表|信息|状态|查询|详情|明细)|订单|(?:查|看)(?:一|查|看)?(?:下|看)?(?:我|俺)?.{0,8}(?:预约|预定|预订)(?!理|吃)", r"(?:有没有|有没|有无|是不是|是否)(?:已经)?(?:约|订|预约|预订|约上|订上|约好)(?:了|上|到|成功|好|$)", r"(?:有|哪些|什么)预约$|我.{0,4}有.{0,3}预约|有(?:哪些|什么|啥|几个)(?:预约|安排|日程)|有没有预约|还有(?:几|多少)个?预约|预约(?:成功|上)(?:了)?(?:吗|没)|(?:约|订|报名|报)(?:上|成|好|成功|到)了?(?:吗|没|么)|(?:约|订|报)没(?:约|订|报)?上|(?:预约|取餐|取票)码", r"都?约了(?:些|什么|啥|哪)",
    r"\bmy (?:\w+ ){0,2}(?:bookings?|appointments?|reservations?|tickets?|orders?|schedule|codes?|qr code)\b", r"\bwhat (?:have|did|do) (?:i|we) (?:book|have|reserve|order)\w*", r"\b(?:have|did|do) i (?:already )?(?:have |get |got )?(?:a |an |any |anything )?(?:book\w*|appointments?|reservations?|reserve\w*|order\w*|planned|coming up)\b|\bdo i have\b(?! to\b)", r"\bwhen(?:'s| is| are) (?:my|our) \b", r"\bwhat time is my\b", r"^bookings?$|^tickets?$|^appointments?$", r"\b(?:list|show|see|view|check) (?:me )?(?:my|all my|our)\b", r"\bam i (?:booked|on the (?:wait(?:ing )?)?list)\b", r"\b(?:am i|was i) signed up for\b", r"\bi(?:'ve| have)? booked\b.*\?",
)  # fmt: skip

FIND = _any(
    r"几点(?:开(?!始|课)|关门|营业)|什么时候(?:开门|营业)|开放时间|营业时间",
    r"\bwhich (?:places?|points?|cent(?:re|er)s?)\b|\bopening (?:hours|times)\b|\bwhen does .{0,20}\bopen\b",
    r"近(?:一)?(?:点|些)的?|近的|离得近",
    r"哪块|哪旮|哪头|怎么到|近不近|开在|的地方(?:吗|$)",
    r"\bwhich \w+ is (?:the )?(?:closest|nearest)\b",
    r"哪里|哪儿|哪(?:有|边|个(?:地方|点|站|社区))|在哪(?!天)|什么(?:地方|位置)|啥(?:地方|位置)|何处|怎么走|怎么去|怎么过去|多远|地址|位置在|路线|导航|最近的|离我(?:家)?|离家|就近|最近(?:有|哪)", r"(?:服务点|微服务点|助餐点|站点|网点|服务站|驿站|服务中心)(?!.{0,6}(?:关|停|歇|闭))", r"(?:附近|周围|周边|旁边|跟前|门口).{0,12}(?:有|哪|能|可以|什么|的)|附近$|附近的",
    r"\bwhere(?:'s| is| are| can| do| could|abouts)?\b", r"\bnearest\b|\bclosest\b|\bnear (?:me|here|my|by|us)\b|\bnearby\b|\bclose (?:by|to)\b|\bnear\b|\baround here\b|\baround\b|\bin the (?:area|neighbou?rhood)\b", r"\bhow (?:do i|can i|to) (?:get to|find|reach)\b|\bhow far\b|\bdirections\b|\baddress\b|\blocation\b|\bservice points?\b|\bpoints (?:near|in|around)\b",
)  # fmt: skip
IS_THERE = _any(
    r"有没有|有没|有.{0,12}[吗么伐]|有无|是否有|能.{0,10}[吗么]|\b(?:is|are) there\b|\bdo you have\b|\bany\b"
)
WHERE = _any(
    r"哪(?:个|家)[^,。]{0,6}(?:好$|近|便宜)|哪里|哪儿|哪(?:有|边|个(?:地方|点|站|社区))|在哪(?!天)|什么(?:地方|位置)|怎么走|怎么去|多远|地址|最近的|\bwhere\b|\bnearest\b|\bclosest\b|\bhow (?:do i|can i) get\b|\baddress\b|\bhow far\b"
)

COMPLAINT = _any(
    r"(?:位子|座位|位置|桌子|椅子|地方)(?:太少|太小|不够)", r"投诉|反映|举报|检举|报修|(?:提|有)(?:个|点|条|些)?(?:意见|建议|诉求)|意见要提|^建议|诉求|微心愿|心愿|希望(?:社区|物业|街道|你们|政府|有关部门)|(?:麻烦|请|让|叫)(?:社区|物业|街道|有关部门).{0,14}(?:换|修|装|管|清|处理|解决|看|查|派)", r"太(?:吵|脏|臭|乱|暗|黑|危险|咸|差|慢|不像话|难吃|破|滑|陡|挤|冷|热|窄|烂|油|辣|甜|淡|旧|高|慢|不方便)|没人(?:清|管|修|收|扫|理|打扫|处理|维修|疏通)|吵死|吵得|脏死|臭死|不作为|态度(?:差|不好|恶劣)|欺负人",
    r"\b(?:a|my|one|another|(?:my|a) (?:small|little)|micro[- ]?) wish\b", r"\b(?:complain\w*|complaint|report (?:a|an|the|that|some)|suggest(?:ion)?|grievance)\b|\bdo something(?: about\b|[.!]*$)", r"\b(?:too|so|very|really) (?:loud|noisy|dirty|dark|smelly|dangerous|bad|salty)\b", r"\bsome(?:one|body) (?:should|needs to|please|has to|must)\b",
)  # fmt: skip
FAULT = _any(
    r"玩火|抽烟|吸烟|放炮|打架斗殴|偷东西|小偷",
    r"(?:器材|设施|扶手|栏杆|螺丝|把手|座椅|长椅|秋千|滑梯|单杠|篮筐|乒乓球台|球桌|球台)[^,。约订]{0,6}(?:松|晃|锈|断|坏|掉|裂|歪|翘|塌|破)",
    r"\b(?:needs?|wants) (?:to be )?(?:trimm\w+|cutt?(?:ing)?|prun\w+|fix\w*|repair\w*|clean\w*|replac\w+|paint\w*|mend\w*|sweep\w*|swept|unblock\w*|clear\w*)\b",
    r"(?:楼上|楼下|隔壁|邻居|对门|对面)[^,。约]{0,10}(?:拖|跳|唱|打麻将|打牌|弹琴|练琴|敲|砸|闹(?!矛盾|别扭|翻|僵)|放音乐|装修|蹦|跺)|有人(?:在|把|乱|半夜|经常|天天|总|放|烧|抽|偷|打架|闹|养|占|往|扔|丢|倒|堵|砸|种)|好(?:几|多)?天(?:没|不)|放鞭炮|放烟花|烧纸|咬人|(?:能不能|可不可以|能否|希望|最好|应该|麻烦).{0,14}(?:加(?:个|装|一)|装(?:个|上|一)|安(?:个|装)|设(?:个|置)|修(?!脚|面)|换(?:个|新)|清理|处理|管管|管一管|疏通|打扫一下|派人)|坏(?:了|掉|的|啦|过)|故障|失灵|失修|漏(?:水|了|雨|气|电|油|得)|渗水|爆(?:了|裂|管)|堵(?:了|死|住|塞|着|得|上)|不亮|不通|没(?:有)?(?:电|水|灯|网|信号|暖气|热水|路灯|盖|煤气|燃气)(?:了|$|,|怎|咋)?|停(?:水|电|气|暖)|断(?:电|网|水|了|头)|跳闸|塌|倒了|裂(?:了|开|缝)|(?:掉|脱)(?:下|了(?!吧)|皮|落|砖)|要掉|积水|被?淹|坑(?:洼|坑)|有个?(?:大)?坑|不(?:制冷|制热|(?<!热不)热|(?<!冷不)冷|出水|转|能用|好使)|卡(?:住|在|了)|打不开|关不(?:上|严)|锁不|没灯|困在|没了(?:一个|盖)|丢了",
    r"噪音|噪声|扰民|吵(?:闹|人|到|着)|(?:天天|整天|半夜|每天|大半夜|一直).{0,6}吵(?!架|了)|臭|异味|难闻|垃圾(?!分类)|脏|污水|粪|油烟|占(?:道|用|了|着|满|住)|被占|乱(?:停|扔|倒|贴|堆|搭|丢|放|涂|画)|堆(?:了|满|放|在|着)|小广告|私搭|违建|违规|违章|不牵(?:绳|狗)|遛狗|狗(?:叫|粪|屎|老是)|流浪(?:狗|猫)|高空抛物|飞线|充电(?:桩|$|,|.{0,4}危险)|蚊子|老鼠|蟑螂|白蚁|虫子|安全隐患|隐患|危险|井盖|路灯|红绿灯|消防(?!知识|讲座|培训|演练)|物业|施工|加装(?:电梯|扶手|路灯)|发黄|不够用|换(?:个|一下|盏|只)?(?:灯泡|灯|水龙头|锁)|门禁|下水道|水管|暖气|电梯(?!.{0,3}口)|道闸|监控|围墙|护栏|台阶|坡道|盲道|停车位|渣土车|水压|电线|阀门|水龙头|坏灯|树枝|杂草|污染|单子不对|收费|乱收|噪|掉漆",
    r"\b(?:neighbou?rs?|upstairs|downstairs|next door)\b.{0,30}\b(?:danc\w+|music|part(?:y|ies)|shout\w*|scream\w*|drill\w*|hammer\w*|stomp\w*|loud\w*)\b|\b(?:broken|broke|dumped|smoking|smokes?|(?:has|have)n\'t worked|not been (?:fixed|collected|cleaned)|can you (?:plant|install|put|paint|clean|repair|fix|remove)|please (?:fix|repair|clean|remove)|leak\w*|stuck|not working|doesn'?t work|isn'?t working|out of order|damaged|cracked|blocked|clogged|flood\w*|overflow\w*|fell|falling|collapsed|faulty|out again|no (?:hot )?water|no (?:power|electricity|heating|light)|power cut|dirty|filthy|smell\w*|stinks?|rubbish|garbage|trash|litter\w*|nois(?:e|y)|loud|pothole|dangerous|hazard|graffiti|illegal(?:ly)?|dog (?:poo|mess|barking|keeps)|stray|barking|rats?|mosquito\w*|cockroach\w*|mou?ldy?|parked (?:on|in|at)|doesn'?t (?:lock|close|open|turn)|won'?t (?:lock|close|open|start|turn)|dark at night|street ?lights?|manhole|elevator|lift (?:is|has|was|in)|sewage|drain|unsafe|construction|sidewalk|peeling|rusty)\b",
)  # fmt: skip
THING = _any(
    r"路(?!线)|街(?!道(?!上|边|旁))|巷子|桥|楼(?!上书)|小区|门口|大门|单元门|墙|砖|地砖|瓷砖|井|水(?!彩|饺|墨)|电(?!影|脑|话|视)|煤气|燃气|树|草坪|绿化|花坛|车|停车|狗|猫|灯|垃圾|公园|广场(?!舞)|凉亭|长椅|座椅|河|沟|池塘|屋顶|天花板|房顶|房子|窗|扶手|栏杆|厕所|公厕|卫生间|空调|水表|电表|信箱|宣传栏|电线杆|信号|网|快递|外卖|摊|工地|装修|邻居|楼上|楼下|隔壁|物业|保安|外墙|地面|楼梯|楼道|过道|走廊|车库|车棚|滑梯|健身器材|器材|设施|告示|招牌|广告牌|雨棚|雪|冰",
    r"\b(?:road|street|path|pavement|bridge|building|gate|door|window|wall|roof|ceiling|stairs?|stairway|hallway|corridor|lamp|light|lights|bulb|tree|grass|bench|toilet|tap|pipe|water|gas|power|electricity|car|cars|bikes?|scooters?|dogs?|cats?|park|playground|slide|neighbou?rs?|upstairs|downstairs|next door|parking|fence|sign|bus stop|crossing|garage|basement|yard|heating|air ?con\w*|trash|bins?|hole|mailbox|internet|wifi)\b",
)
WRONG = _any(
    r"太(?!极)|很|被|松(?:了|动)|没有了|没了|断|丢|偷|撬|锈|滑(?!梯)|响|叫(?!我)|挡|堆|破|旧|烂|歪|翘|凹|凸|鼓|响个不停|响不停|着火|冒烟|起火|冒水|溢|漫|满了|满出来|卡|慢|黄|浑|堵|积|结冰|摔|绊|砸|撞|吵|闹|臭|脏|乱|黑|暗|看不见|看不清|进不去|出不来|出不去|走不了|过不去|上不去|下不来|没人(?!陪)|没信号|不工作|不见|不让|不管|不修|不清|占|霸占|挖|拆|掉|倒|歪|飘|滴|渗|喷|从早.{0,4}到晚|天天|老是|总是|一直|半夜|大半夜|整夜|好几天|好久|几个月|又.{0,4}了",
    r"\b(?:all (?:night|day)|every (?:night|day)|again|for (?:days|weeks|months|\w+ (?:days|weeks))|too|fell|hole|missing|gone|stolen|rust\w*|slippery|icy|off|down|dead|jammed|open all|loose|bent|burst|burning|smoke|fire|full|piled|pile|piling|block\w*|barks?|dripping|drips|shak\w+|wobbl\w+|torn|won't|doesn't|don't work|can't (?:get|use|open|close|park|sleep)|went out|out)\b",
)
WISH = _any(
    r"(?:能不能|可不可以|能否|希望|请|麻烦)[^,。]{0,8}(?:组织|安排|派)(?:个|些|几个)?人",
    r"想要(?:一|个|副|辆|台|把|张)|(?:能不能|能否|可不可以|能)(?:社区)?(?:给|帮|替).{0,8}(?:换|修|装|送(?!餐|饭|到)|安装|疏通|搬)", r"谁能(?:来)?(?:修|帮我修|换|看看)|(?:帮我|给我|来)(?:修|换|装|疏通|通)(?:一下|个|下|修)?|够不着|不知道社区有没有|有没有(?:轮椅|拐杖)(?:借|用)?",
    r"\bi(?:'d| would)? (?:wish|need) (?:a|an|some)(?:one to fix| wheelchair| walking stick)\b|\bcan (?:some(?:one|body)|you) (?:fix|repair|install|replace)\b",
)  # fmt: skip

BOOK = _any(
    r"约|预定|预订|订|报名|报个|报一|报上|挂个?号|挂.{0,10}号|留(?:个|一|两|几|份|座|位)|登记|安排(?:一下|个|下)|定(?:饭|餐|位|个|一|两|三|份|下)|想(?:去|学|看|做|要|找|参加|听|打|跳|来|问|吃|请|咨询|聊|给|带|让|量|测|剪|理|修|练)|要(?:去|学|看|做|找|参加|听|打|吃|剪|理|洗)|我要|来(?:一|两|三)(?:份|个|位)|帮我(?:弄|搞|找|看看)|有没有|有空|还有|参加|替我|给我", r"\b(?:book\w*|reserv\w*|sign (?:me|us|him|her|my \w+) up|sign up for|enrol\w*|register|schedule|arrange|make an? (?:appointment|booking|reservation)|appointment|i(?:'d| would) like|i want|we want|i need|we need|can i|could i|can we|may i|get me|order|any\b|is there|are there|looking for|interested in|join)\b",
)  # fmt: skip
BOOK_PLAINLY = _any(
    r"^(?:我)?(?:想|要|想要)?(?:预约|约|预订|订|预定|报名)(?:一下|个|吧)?$|有(?:没有)?课(?:吗|么|没有?|$)|(?:我|想|要|帮我|给我|替我|能|可以|麻烦)(?:要|想|来)?(?:预约|约|预订|预定|订)(?!.{0,6}(?:记录|情况|查))", r"(?:有|搞)(?:什么|啥|哪些|没有)(?:好玩|活动|课|节目|服务|可以约|能约|空|安排的)|有什么好|有啥好|有啥(?:活动|课|节目)|什么(?:活动|课程|服务)|还有(?:空|号|位|名额|座)|名额|帮我看看|活动", r"\b(?:make|create|new) (?:a |an |another )?(?:booking|reservation|appointment)\b|\bi want to book\b|\b(?:book|reserve) (?:a|an|something|some|me|for|it|us|on|tomorrow|the)\b|^book$|\bwhat(?:'s| is| are)? (?:on|there|activities|services|classes|events|happening|available)\b|\b(?:activities|events|classes|services)\b.*\b(?:there|today|tomorrow|available|on|this)\b|\bany(?:thing)? (?:activities|events|classes|free|available)\b|\b(?:anything|what(?:\'s| is)) going on\b",
)  # fmt: skip
CORRECTION = _any(
    r"不对|说错|打错|写错|搞错|哦不|噢不|啊不|呃不|不不|[,.;]\s*no\b|\bactually\b|\bsorry\b|\bi mean\b"
)
NO_THANKS = _any(
    r"^(?:不用|不要|不需要|不必|没事|好的?|可以|行)(?:了|啦)?[, ]*(?:谢谢|多谢|知道)(?:你|您)?(?:啦|了)?[.!。]*$",
    r"^不用了$",
    r"^no(?:,)? thank(?:s| you)\b",
)
"""A kind no to what was offered, or a kind yes."""

SMALL_TALK = _any(
    r"你会[^,。]{0,6}[吗不]|你(?:喜欢|爱|有没有|几岁|多大|住)",
    r"\bdo you (?:like|love|eat|sleep|speak|know)\b",
    r"(?:公交|地铁|高铁|大巴)(?:车|站)?.{0,4}(?:几点|多久|末班|几号线)|末班车|下雪|刮风|降温|台风(?!原因|影响)|雾霾|转账|转(?:我|给我)?.{0,3}块钱|给我转钱|在干嘛|有多大|算(?:个|一)命|睡觉了|会不会说",
    r"\bwill it (?:rain|snow)\b|\b(?:rain|snow|sunny|hot|cold) (?:today|tomorrow)\b|\bmeaning of life\b",
    r"蛋糕|股市|基金|查(?:一下|下)?(?:快递|违章|公交|航班|成绩|社保|公积金|医保|话费)|(?:你|您|们)吃(?:饭)?了(?:没|吗)|过生日|电视剧|景区|旅游|(?<!亲子)(?<!趣味)(?<!益智)(?<!集体)游戏(?!室)|谁赢|比分|几比几|你(?:真|好)(?:聪明|笨|棒|厉害|可爱)|滚|哈哈|呵呵|嘻嘻|^(?:早上好|上午好|中午好|下午好|晚上好|你好|您好|哈喽|嗨|在吗|在不在|喂)+[呀啊哈嘛吗]?$",
    r"\bnetflix\b|\bnice day\b|\blovely day\b|\bhappy birthday\b|\bdelivery package\b|\btrain ticket\b|\bflight\b|\bhotel\b|\btaxi\b",
    r"火车票|飞机票|机票|高铁票|酒店|打车|天气|下雨吗|气温|冷不冷|热不热|几度|笑话|唱(?:首|个|支)|放首|写(?:个|一)(?:论文|诗|作文|代码)|王者荣耀|股票|彩票|新闻|等于几|几岁|叫什么名|你是谁|你是.{0,8}吗|谢谢你|晚安|吃了吗|考上|几点了|星期几|几月几号|翻译一下|你好吗|爱你|喜欢你", r"\bweather\b|\bsing me\b|\bjoke\b|\bwho won\b|\blove me\b|\bmarry me\b|\byour name\b|\bhow are you\b|\bhow old are you\b|\bwhat time is it\b|\bstock price\b|\bplay (?:me )?a song\b|\bthank(?:s| you)\b$|\bthe capital of\b|\bwrite (?:me )?(?:a|an) (?:poem|essay|story)\b|\btell me a\b|\bare you (?:a |an )?(?:robot|bot|human|ai|real|chatgpt)\b|\bwho are you\b|\bnews\b|\bfootball score\b",
)  # fmt: skip
