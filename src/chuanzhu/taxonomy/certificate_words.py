"""The words around a certificate's name that say whether it is one, and whether it is demanded, welcome or waived."""

from __future__ import annotations

import re
from typing import Final

CUE_AFTER: Final = re.compile(
    r" ?(?:(?:质量|环境|安全)?(?:管理)?体系|认证|证书|[证章]|资质|标志|标识|许可|报告|齐全|资料"
    r"|(?:都|也|均|必须|一定)?要?(?:得)?有|级|测评|备案|证明)"
)
CUE_BEFORE: Final = re.compile(
    r"(?:要|要有|需|须|有|带|附|含|具备|具有|持|持有|取得|通过|过|符合|提供|出具|满足|获|获得"
    r"|[及和与或、/+]|(?<=\d),|同时)(?: |的|国家)*$"
)
CLOSED: Final = re.compile(r" ?(?:$| \d|[,。;!?、/+)\]及和与或\n]|等|的?(?:厂|企业|供应商|优先|才|即可|才行|最好|吗))")
_HAS: Final = r"(?:提供|出具|具备|具有|持有|取得|通过|有|要求|要|做|过|带|办|附|持|是|能)*+"
NEGATED: Final = re.compile(
    rf"(?:不(?:需要?|要求|必须?|用|要|强制|强求|一定要?|做要求|看)|无[需须]|不是必须|非必须|可以?没有|可不){_HAS} ?$"
)
TAIL: Final = re.compile(
    r"(?: ?(?:[:-] ?\d{4}版?|(?:质量|环境|食品安全)?(?:管理)?体系|(?:产品)?认证|证书|资质|许可证|标志|报告"
    r"|证(?![明件据券])))+"
)
NEGATED_AFTER: Final = re.compile(
    r" ?(?:的)?(?:也?可以?不(?:需要?|提供|要)|不(?:需要?|要求|强制|强求|[作做]要求|是必须的?|必须|必|用|看重?)"
    r"|没有也(?:行|可以?)|可有可无|有无(?:均|都|皆)(?:可以?|行)|有没有都(?:可以?|行)|无所谓|免(?![费税疫])|无要求)"
)
WITHOUT: Final = re.compile(r"(?:没有?|无|不具备|不带|缺)$")
_WITHOUT_IS_FINE: Final = re.compile(r"的?(?:[也都均](?:行|可以?|要|收|接受)|要求)")
_WITHOUT_IS_REFUSED: Final = re.compile(
    r"(?:的|者)?(?:企业|厂家?|供应商)?(?:一律|都|均)?(?:不要|免谈|勿扰|不考虑|不接受|不收|不行|免)"
)
WISHED: Final = re.compile(
    rf"(?:最好(?:能够?|可以?)?|尽量|尽可能|如果?(?=[能有具持带是取通])|若是?|倘若|假如"
    rf"|优先(?:考虑|选择?)?|首选|希望|有条件的?){_HAS}的? ?$"
)
HOLDING: Final = re.compile(r"(?:能够?|可以?)?(?:提供|具备|具有|持有|取得|通过|有|带|持|过)$")
DEMANDED: Final = re.compile(r"(?:[必须需]|要|提供)(?:有|具备|具有|通过|取得|提供|过|带)*$")
WISHED_AFTER: Final = re.compile(
    r" ?(?:等|齐全|都有|的|者|企业|厂家?|供应商|供货商|公司|单位|产品|货源)*+"
    r"(?:优先(?:考虑|选择?|合作)?|更好|更佳|加分|尤佳|为[佳好]|(?:最好|最佳)(?=$|[,。;!?\n ]))的?"
)
WISHED_FURTHER: Final = re.compile(r"[^,。;!?\n ]{0,8}(?:优先|更好|加分)")
DONE_AFTER: Final = re.compile(r"(?:手续)?(?:都|也)?(?:已经?|刚刚?|正在)(?:过|办|批|拿|取得|下来|做|通过)(?!.{0,3}的)")
SERVICE_AFTER: Final = re.compile(
    r"(?:的)?(?:咨询|代办|代理|辅导|培训|整改|测评服务|服务|申报|办理|编制|编写|代写|公司|机构)"
)
SERVICE_BEFORE: Final = re.compile(r"(?:代办|办理|申办|申请|申报|想做|要做|做个)$")
OWN_GOAL: Final = re.compile(r"(?:[过做上]|测)$")
OF_THE_BUYER: Final = frozenset({"等保二级", "等保三级", "等保测评", "密评"})
JOINED: Final = re.compile(r"[、/和及或与 +]+|以及")
REACH: Final = 20
CLAUSE_BEGINS: Final = re.compile(r"[,。;!?\n] *$")
CLAUSE_ENDS: Final = re.compile(r" *(?:$|[,。;!?\n])")
ALONE: Final = re.compile(r"(?!(?:ex|la|qs)$)(?:ce|ul|3c|[a-z-]{3,}|[\u4e00-\u9fff]{2,})")
_ANYTHING: Final = re.compile("")
_NOTHING_BEFORE: Final = re.compile("$")
FORMS: Final = (
    ("", WITHOUT, _WITHOUT_IS_REFUSED),
    ("waived", WITHOUT, _WITHOUT_IS_FINE),
    ("waived", NEGATED, _ANYTHING),
    ("waived", _NOTHING_BEFORE, NEGATED_AFTER),
    ("wish", WISHED, WISHED_AFTER),
    ("wish", WISHED, re.compile("的?")),
    ("wish", HOLDING, WISHED_AFTER),
    ("wish", _NOTHING_BEFORE, WISHED_AFTER),
)
