"""What a source file says of its loops: which lines take single elements, and of what."""

import ast
from dataclasses import dataclass
from functools import cached_property

from harness.profile.scalar.arrays import Arrays
from harness.profile.scalar.loops import Element, Loop, Scopes, around, elements_in, is_one_place, loops_in

_PLAIN = frozenset({"len", "range", "enumerate", "zip", "min", "max", "float", "int", "abs", "print", "round"})

_Piece = ast.stmt | ast.expr


@dataclass(slots=True)
class Elements:
    """One loop's elements: those of pandas by their accessor, and the lines that handle single values of arrays."""

    pandas: tuple[Element, ...]
    array_lines: dict[int, str]  # line: the text of an element on it


class LoopSource:
    """A parsed file."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._scopes = Scopes(tree)
        self._found: dict[Loop, Elements] = {}
        self._around: dict[int, tuple[Loop, ...]] = {}
        self._grows: dict[int, bool] = {}

    @cached_property
    def _loops(self) -> tuple[Loop, ...]:
        return loops_in(self._tree)

    @cached_property
    def _arrays(self) -> Arrays:
        return Arrays(self._tree)

    def around(self, line: int) -> tuple[Loop, ...]:
        """The loops that run a line in its own function, outermost first; none in a source nested too deep to read."""
        found = self._around.get(line)
        if found is None:
            try:
                found = around(self._loops, line, self._scopes.of(line))
            except RecursionError:
                found = ()
            self._around[line] = found
        return found

    def elements(self, loop: Loop) -> Elements:
        """What a loop takes one by one."""
        found = self._found.get(loop)
        if found is None:
            try:
                every = elements_in(loop)
                found = Elements(pandas=every, array_lines=self._array_lines(loop, every))
            except RecursionError:
                found = Elements(pandas=(), array_lines={})
            self._found[loop] = found
        return found

    def grows(self, line: int) -> bool:
        """Whether the statement at a line gives a name to something made of that name: `rows = concat([rows, row])`."""
        if line not in self._grows:
            self._grows[line] = self._is_growth(line)
        return self._grows[line]

    def _is_growth(self, line: int) -> bool:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Assign) and node.lineno <= line <= (node.end_lineno or node.lineno):
                names = {target.id for target in node.targets if isinstance(target, ast.Name)}
                used = {inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name)}
                if names & used:
                    return True
        return False

    def statement(self, line: int) -> str:
        """The first line of the innermost statement at a line."""
        at = [
            node
            for node in ast.walk(self._tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= _last_line(node)
        ]
        return ast.unparse(max(at, key=lambda node: node.lineno)).partition("\n")[0] if at else ""

    def _array_lines(self, loop: Loop, elements: tuple[Element, ...]) -> dict[int, str]:
        taken = {
            element.line: element.text
            for element in elements
            if element.accessor is None and self._arrays.is_array(element.base, loop.scope)
        }
        names = self._names_of_values(loop)
        lines: dict[int, str] = {}
        for statement in _statements(loop.node):
            own = range(statement.lineno, _last_line(statement) + 1)
            text = next((taken[line] for line in own if line in taken), None)
            if text is None and names:
                used = {node.id for node in _own_nodes(statement) if isinstance(node, ast.Name)} & names
                text = min(used, default=None)
            if text is not None and self._is_scalar(statement, loop):
                lines |= dict.fromkeys(own, text)
        return lines

    def _names_of_values(self, loop: Loop) -> set[str]:
        """The names that take the values of an array one after the other: `for price in prices`."""
        node = loop.node
        if not isinstance(node, ast.For):
            return set()
        iterated, target = node.iter, node.target
        if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name):
            if iterated.func.id in ("enumerate", "zip") and any(self._is_array(one, loop) for one in iterated.args):
                return {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
            return set()
        return {target.id} if isinstance(target, ast.Name) and self._is_array(iterated, loop) else set()

    def _is_array(self, node: ast.expr, loop: Loop) -> bool:
        return self._arrays.is_array(node, loop.scope)

    def _is_scalar(self, statement: _Piece, loop: Loop) -> bool:
        """Whether a statement handles single values only: no whole array in it, no product of matrices."""
        parents = {child: node for node in ast.walk(statement) for child in ast.iter_child_nodes(node)}
        for node in _own_nodes(statement):
            if isinstance(node, ast.MatMult):
                return False
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and self._is_array(node, loop):
                above = parents.get(node)
                is_element = isinstance(above, ast.Subscript) and is_one_place(above.slice, loop.changing)
                is_counted = (
                    isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id in _PLAIN
                )
                if not (is_element or is_counted or isinstance(above, ast.Attribute)):
                    return False
        return True


def _statements(node: ast.AST) -> list[_Piece]:
    """The statements of a loop's body, nested ones too; a comprehension is one piece."""
    if isinstance(node, ast.expr):
        return [node]
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.stmt) and inner is not node]


def _last_line(statement: _Piece) -> int:
    """Where a statement's own expressions end: a compound one's body has statements of its own."""
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        test = getattr(statement, "test", None) or getattr(statement, "iter", None)
        return (test.end_lineno if test is not None else None) or statement.lineno
    return statement.end_lineno or statement.lineno


def _own_nodes(statement: _Piece) -> list[ast.AST]:
    """The nodes of a statement without those of the statements in its body."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))
    return found
