"""Whether a ground for listing exists (LP Arts 1 and 3)."""

from registry.law.facts import Ability, Article3Bars, Ground
from registry.law.violation import Reason, Violation, Violations


def ground_is_one_of_the_six(ground: Ground | None) -> Violations:
    """LP Art 1: an unperformed obligation and one of six grounds; non-payment alone is none."""
    if ground is None:
        yield Violation(
            reason=Reason.GROUND_REFUSED,
            field="listing.ground",
            article="LP Art 1",
            problem="No ground is given; that a debt is unpaid is no ground for listing.",
            next_step="State which of the six grounds the decision rests on, or issue an order only.",
        )


def ground_has_its_evidence(evidence_reference: str) -> Violations:
    """LP Art 1: the specific conduct is shown; each ground refers to its evidence."""
    if not evidence_reference.strip():
        yield Violation(
            reason=Reason.GROUND_REFUSED,
            field="listing.evidence_reference",
            article="LP Art 1",
            problem="The ground refers to no evidence.",
            next_step="Give the file reference of the evidence that shows the conduct.",
        )


def conduct_is_told(conduct: str) -> Violations:
    """LP Art 6: the entry tells the specific conduct, so that the person knows what is held."""
    if not conduct.strip():
        yield Violation(
            reason=Reason.GROUND_REFUSED,
            field="listing.conduct",
            article="LP Art 6",
            problem="The entry does not tell the debtor's conduct.",
            next_step="Tell the specific conduct that the decision finds.",
        )


def refusal_is_of_a_debtor_found_able(ground: Ground | None, ability: Ability) -> Violations:
    """LP Art 1(1): able to perform yet refusing: the ability must have been found.

    The other grounds rest on conduct and need no finding of ability.
    """
    if ground is Ground.ABLE_BUT_REFUSES and ability is not Ability.ABLE:
        yield Violation(
            reason=Reason.GROUND_REFUSED,
            field="listing.ability",
            article="LP Art 1(1)",
            problem="Ground 1 needs a recorded finding that the debtor is able to perform.",
            next_step="Record the finding of ability, or do not list: the unable are not listed.",
        )


def article_3_bars_nothing(ground: Ground | None, bars: Article3Bars | None) -> Violations:
    """LP Art 3: ground 1 is barred by security, covering assets, order of duty or inability.

    Every question must be answered, by a named judge: a missing answer bars as a yes does.
    """
    if ground is not Ground.ABLE_BUT_REFUSES:
        return
    if bars is None:
        yield _barred("listing.article3", "The checklist of Article 3 is not answered.")
        return
    if not bars.answered_by.strip():
        yield _barred("listing.article3.answered_by", "No judge stands behind the answers.")
    answers = {
        "security_given": (bars.security_given, "Adequate security was given"),
        "assets_cover_debt": (bars.assets_cover_debt, "Assets held cover the debt"),
        "turn_not_come": (bars.turn_not_come, "The debtor's turn to perform has not come"),
        "otherwise_not_able": (bars.otherwise_not_able, "The debtor is not able but refusing"),
    }
    for name, (answer, bar) in answers.items():
        if answer is None:
            yield _barred(f"listing.article3.{name}", "The question is not answered.")
        elif answer:
            yield _barred(f"listing.article3.{name}", f"{bar}: ground 1 is barred.")


def _barred(field: str, problem: str) -> Violation:
    return Violation(
        reason=Reason.GROUND_BARRED,
        field=field,
        article="LP Art 3",
        problem=problem,
        next_step="Have a judge answer every question; where one answer is yes, do not list.",
    )
