"""Cases by their index: court, number, days, ground, sum and debtors."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from synthetic.chance import Chance
from synthetic.people import officer_of
from synthetic.plan import Plan

CONDUCT: Final = (
    "有履行能力而拒不履行生效法律文书确定义务",
    "以伪造证据、暴力、威胁等方法妨碍、抗拒执行",
    "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
    "违反财产报告制度",
    "违反限制消费令",
    "无正当理由拒不履行执行和解协议",
)
"""The six texts of LP Art 1."""

# Of every eight rows three stand alone, two owe jointly, and three owe jointly.
_BLOCK: Final = 8
_CASES_OF_A_BLOCK: Final = 5
_PLACES: Final = ((0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (4, 0), (4, 1), (4, 2))
_COMPANY_AND_OFFICER: Final = 2

_TERM_YEARS: Final = 2
_EXTENSION_YEARS_MAX: Final = 3
_ORDER_YEARS_MAX: Final = 5
_REVIEW_YEARS: Final = 2
_PROVINCES: Final = {
    "京": "北京",
    "沪": "上海",
    "津": "天津",
    "渝": "重庆",
    "浙": "浙江",
    "苏": "江苏",
    "鲁": "山东",
    "粤": "广东",
}
_DUTIES: Final = (
    "偿还借款本金及利息",
    "支付货款及违约金",
    "支付租金及占用费",
    "支付工程款及利息",
    "返还投资款",
    "支付劳动报酬",
    "承担连带清偿责任",
    "赔偿损失",
)
# Powers of ten, common ones more often: with the figures before them sums are spread as debts are.
_POWERS: Final = (1, 10, 10, 100, 100, 100, 100, 1_000, 1_000, 1_000, 10_000, 10_000, 100_000)
_ITEMS: Final = ("1,2,3,4,5,6,7,8,9", "1,2,9", "1,2,3,5,6,9", "1,9", "1,2,6,7,8,9")
_SERVICE_MODES: Final = ("DIRECT", "POST", "POST", "ELECTRONIC", "LEFT_AT_HOME", "PUBLIC_NOTICE")
_ACT_EVERY: Final = 40


class Case(NamedTuple):
    """An enforcement case that never was, with the decision and the order made in it.

    Attributes:
        number: of the case, with full-width brackets.
        fields: what every row of it says alike, by the superset's names; nothing is empty.
        first_debtor: index of its first debtor.
        debtor_step: from one of its debtors to the next.
    """

    number: str
    fields: dict[str, str]
    first_debtor: int
    debtor_step: int


def place_of(row: int) -> tuple[int, int]:
    """The index of a row's case, and which of its debtors the row is about."""
    block, rest = divmod(row, _BLOCK)
    case, member = _PLACES[rest]
    return block * _CASES_OF_A_BLOCK + case, member


def debtor_of(case: Case, member: int, plan: Plan) -> int:
    """The index of a case's debtor; no two of a case are the same."""
    return (case.first_debtor + member * case.debtor_step) % plan.debtor_count


def case_at(index: int, plan: Plan) -> Case:
    """The case of an index."""
    chance = Chance(plan.case_key, index)
    rest, court_place = divmod(index, len(plan.courts))
    serial, year_place = divmod(rest, len(plan.years))
    court, year = plan.courts[court_place], plan.years[year_place]
    new_year = date(year, 1, 1)
    last = min(date(year, 12, 31), plan.last_filed_on)
    filed_on = new_year + timedelta(days=chance.below((last - new_year).days + 1))
    number = f"（{year}）{court}执{serial + 1}号"
    name = court_name(court)
    fields = {
        "caseCode": number if chance.below(4) else f"({year}){court}执{serial + 1}号",
        "regDate": filed_on.isoformat().replace("-", ""),
        "courtName": name,
        "areaName": _PROVINCES.get(court[0], "示例"),
        "gistId": f"（{year - 1}）{court}民初{chance.below(20_000) + 1}号",
        "gistUnit": name,
        "duty": _DUTIES[chance.below(len(_DUTIES))],
        "performance": "全部未履行",
        "performedPart": "暂无",
        "unperformPart": "暂无",
    }
    _owe(fields, chance)
    decided_on = filed_on + timedelta(days=30 + chance.below(60))
    _list(fields, chance, decided_on, number, plan)
    _order(fields, chance, decided_on, plan)
    first_debtor, step = _debtors(chance, index, plan)
    return Case(number, fields, first_debtor, step)


def _owe(fields: dict[str, str], chance: Chance) -> None:
    figures, power = 100 + chance.below(900), _POWERS[chance.below(len(_POWERS))]
    if chance.below(_ACT_EVERY):
        fields["owedAmount"] = f"{figures * power}.{chance.below(100):02d}"
    else:
        fields["owedAct"] = "交付示例房屋"


def _list(
    fields: dict[str, str], chance: Chance, decided_on: date, number: str, plan: Plan
) -> None:
    served_on = min(plan.as_of, decided_on + timedelta(days=1 + chance.below(9))).isoformat()
    ground, years, extended_on = _ground(chance, decided_on, plan)
    fields["disruptTypeName"] = CONDUCT[ground - 1]
    fields["publishDate"] = f"{served_on[:4]}年{served_on[5:7]}月{served_on[8:]}日"
    fields["decidedOn"] = decided_on.isoformat()
    fields["serviceMode"] = _SERVICE_MODES[chance.below(len(_SERVICE_MODES))]
    fields["servedOn"] = served_on
    if chance.below(2):
        fields["ground"] = str(ground)
    if ground == 1:
        fields["abilityFinding"] = "ABLE"
    else:
        fields["termEnd"] = add_years(decided_on, _TERM_YEARS + years).isoformat()
    if extended_on is not None:
        fields["extensionReason"] = "SEVERAL_ACTS"
        fields["extensionDecisionNumber"] = f"{number}之七"
        fields["extensionDecidedOn"] = extended_on.isoformat()


def _ground(chance: Chance, decided_on: date, plan: Plan) -> tuple[int, int, date | None]:
    """A ground whose term still runs: (ground, years of extension, its decision)."""
    drawn, extended_after = chance.below(12), chance.below(300)
    if drawn < len(CONDUCT):
        # Half of all are listed on the first ground, which has no term to outlive.
        return 1, 0, None
    ground = 2 + (drawn - len(CONDUCT)) % 5
    for years in range(_EXTENSION_YEARS_MAX + 1):
        if add_years(decided_on, _TERM_YEARS + years) <= plan.margin:
            continue
        if years == 0:
            return ground, 0, None
        extended_on = decided_on + timedelta(days=365 + extended_after)
        if extended_on < plan.go_live_on:
            return ground, years, extended_on
        break
    return 1, 0, None


def _order(fields: dict[str, str], chance: Chance, decided_on: date, plan: Plan) -> None:
    # No order lasts longer than five years: with an old listing stands an order that renewed the first.
    renewed_on = plan.go_live_on - timedelta(days=30 + chance.below(300))
    ordered_on = max(decided_on, renewed_on)
    served_on = min(plan.as_of, ordered_on + timedelta(days=1 + chance.below(9)))
    review_on = add_years(ordered_on, _REVIEW_YEARS)
    fields["orderDecidedOn"] = ordered_on.isoformat()
    fields["orderServiceMode"] = _SERVICE_MODES[chance.below(len(_SERVICE_MODES))]
    fields["orderServedOn"] = served_on.isoformat()
    fields["orderItems"] = _ITEMS[chance.below(len(_ITEMS))]
    if chance.below(2) or review_on <= plan.margin:
        fields["orderEndOn"] = add_years(ordered_on, _ORDER_YEARS_MAX).isoformat()
    else:
        fields["orderReviewOn"] = review_on.isoformat()


def _debtors(chance: Chance, index: int, plan: Plan) -> tuple[int, int]:
    """The first debtor and the step to the next; of two joint debtors one is a company's officer."""
    first = chance.below(plan.debtor_count)
    if index % _CASES_OF_A_BLOCK == _COMPANY_AND_OFFICER:
        company = first // 7 * 7
        return company, officer_of(company) - company
    return first, plan.debtor_count // 3


def court_name(code: str) -> str:
    """The name of an example court."""
    return f"示例{code}人民法院"


def add_years(day: date, years: int) -> date:
    """The day on which a period of years that starts with `day` ends (Civil Code Art 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
