"""One mutant for each rule of law, and for each thing a rule with several says."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.mutation.mutant import Mutant, StaleError

LAW = "services/registry/law"
_TESTS = "tests/unit/registry/law"


def rule_mutants(root: Path) -> Iterator[Mutant]:
    """Every public function that returns Violations, silenced; and each of its yields, one by one."""
    for path in sorted((root / LAW).glob("*.py")):
        own = f"{_TESTS}/test_{path.stem}.py"
        # The module's own tests come first, so that the test named is the rule's.
        tests = (own, _TESTS) if (root / own).exists() else (_TESTS,)
        for rule in _rules(ast.parse(path.read_text(encoding="utf-8"))):
            why = (ast.get_docstring(rule) or rule.name).splitlines()[0]
            count = len(_yields(rule))
            places = [None, *range(count)] if count > 1 else [None]
            for place in places:
                yield Mutant(
                    name=f"law/{path.stem}.{rule.name}"
                    + ("" if place is None else f"#{place + 1}"),
                    file=f"{LAW}/{path.name}",
                    mutate=_silencing(rule.name, place),
                    tests=tests,
                    why=why,
                )


def _rules(module: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in module.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Violations"
    ]


def _yields(rule: ast.FunctionDef) -> list[ast.Expr]:
    """The statements with which a rule speaks, in the order of the text."""
    found = [
        node
        for node in ast.walk(rule)
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom))
    ]
    return sorted(found, key=lambda node: node.lineno)


def _silencing(name: str, place: int | None) -> Callable[[str], str]:
    """Replace the statement at `place`, or all of them, by nothing; the rest stays byte for byte."""

    def mutate(text: str) -> str:
        rule = next((one for one in _rules(ast.parse(text)) if one.name == name), None)
        spoken = [] if rule is None else _yields(rule)
        if not spoken or (place is not None and place >= len(spoken)):
            raise StaleError(f"{name} says nothing there")
        lines = text.splitlines(keepends=True)
        for statement in spoken if place is None else [spoken[place]]:
            assert statement.end_lineno is not None, "parsed from text"
            first = statement.lineno - 1
            # Still a generator, and still a body where the statement was the only one.
            lines[first] = " " * statement.col_offset + "yield from ()\n"
            for line in range(first + 1, statement.end_lineno):
                lines[line] = "\n"
        return "".join(lines)

    return mutate
