"""Loops in a source file, and the subscripts in them that take one element: read from the syntax tree."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FEW = 10  # passes that are written out: a loop over so few is no loop over data
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A loop of one function, and the names that it gives a new value in each pass."""

    line: int
    until: int
    scope: int  # first line of the function around it; 0: the module
    changing: frozenset[str]
    node: ast.AST

    def holds(self, line: int) -> bool:
        return self.line <= line <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A subscript that takes one element: its base, as a name where it is one, and its text."""

    line: int
    until: int
    base: ast.expr
    accessor: str | None  # "iloc", "loc", "at", "iat"
    text: str


class Scopes:
    """The functions of a file, by their lines."""

    def __init__(self, tree: ast.Module) -> None:
        self._functions = [
            (node.body[0].lineno, node.end_lineno or node.lineno, node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    def of(self, line: int) -> int:
        """First line of the innermost function around a line; 0 at the level of the module."""
        return max((first for body, until, first in self._functions if body <= line <= until), default=0)


def loops_in(tree: ast.Module) -> tuple[Loop, ...]:
    """All loops over more than a few things, outer ones first."""
    found = [loop for scope, node in _with_scopes(tree, tree) if (loop := _loop(node, scope)) is not None]
    return tuple(sorted(found, key=lambda loop: (loop.line, -loop.until)))


def around(loops: tuple[Loop, ...], line: int, scope: int) -> tuple[Loop, ...]:
    """The loops of one function that run a line of it, outermost first."""
    return tuple(loop for loop in loops if loop.holds(line) and loop.scope == scope)


def elements_in(loop: Loop) -> tuple[Element, ...]:
    """The subscripts of a loop's body whose index is one place, and changes with the pass."""
    return tuple(
        _element(node)
        for node in ast.walk(loop.node)
        if isinstance(node, ast.Subscript) and is_one_place(node.slice, loop.changing)
    )


def is_one_place(index: ast.expr, changing: frozenset[str]) -> bool:
    """Whether an index is no slice, mask or list, and is made of something that changes with the pass."""
    for node in ast.walk(index):
        if isinstance(node, ast.Slice | ast.List | ast.ListComp | ast.Compare | ast.BoolOp | ast.Invert):
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
            return False
    return any(
        (isinstance(node, ast.Name) and node.id in changing)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len")
        for node in ast.walk(index)
    )


def _element(node: ast.Subscript) -> Element:
    base, accessor = node.value, None
    if isinstance(node.value, ast.Attribute) and node.value.attr in ("iloc", "loc", "at", "iat"):
        base, accessor = node.value.value, node.value.attr
    return Element(
        line=node.lineno,
        until=node.end_lineno or node.lineno,
        base=base,
        accessor=accessor,
        text=ast.unparse(node),
    )


def _with_scopes(node: ast.AST, scope: _Scope) -> Iterator[tuple[_Scope, ast.AST]]:
    waiting: list[tuple[_Scope, ast.AST]] = [(scope, node)]
    while waiting:  # without recursion: sources can be deep
        scope, node = waiting.pop()
        yield scope, node
        inner = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        waiting.extend((inner, child) for child in ast.iter_child_nodes(node))


def _loop(node: ast.AST, scope: _Scope) -> Loop | None:
    first = scope.lineno if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) else 0
    if isinstance(node, ast.For | ast.AsyncFor):
        if _is_short(node.iter):
            return None
        until = node.body[-1].end_lineno or node.lineno  # `else` is not repeated
        changing = _changing(_bound(node.target), node.body)
    elif isinstance(node, ast.While):
        until = node.body[-1].end_lineno or node.lineno
        changing = _changing(set(), node.body)
    elif isinstance(node, _Comprehension):
        if all(_is_short(generator.iter) for generator in node.generators):
            return None
        until = node.end_lineno or node.lineno
        changing = frozenset({name for generator in node.generators for name in _bound(generator.target)})
    else:
        return None
    return Loop(line=node.lineno, until=until, scope=first, changing=changing, node=node)


def _changing(targets: set[str], body: Sequence[ast.stmt]) -> frozenset[str]:
    """What is counted on, and what is worked out from it as one number: `i`, then `j = i - lag`."""
    names = set(targets)
    steps = [part for statement in body for part in ast.walk(statement)]
    names |= {part.target.id for part in steps if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)}
    for part in steps:  # in the order of the source, as far as the walk keeps it
        if isinstance(part, ast.For | ast.AsyncFor):
            names |= _bound(part.target)
        elif isinstance(part, ast.Assign) and _is_number(part.value, names):
            names |= {target.id for target in part.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def _is_number(node: ast.expr, names: set[str]) -> bool:
    """Sums and the like of names that change and constants."""
    if isinstance(node, ast.BinOp):
        is_bits = isinstance(node.op, ast.BitAnd | ast.BitOr | ast.MatMult)
        return not is_bits and _is_number(node.left, names) and _is_number(node.right, names)
    if isinstance(node, ast.Name):
        return node.id in names
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _bound(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}


def _is_short(iterated: ast.expr) -> bool:
    """Whether what is looped over is written out, and is short."""
    if isinstance(iterated, ast.List | ast.Tuple | ast.Set):
        return len(iterated.elts) <= FEW and not any(isinstance(one, ast.Starred) for one in iterated.elts)
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name):
        if iterated.func.id in ("enumerate", "reversed", "sorted", "zip") and iterated.args:
            return _is_short(iterated.args[0])
        if iterated.func.id == "range":
            numbers = [one.value for one in iterated.args if isinstance(one, ast.Constant)]
            whole = [number for number in numbers if isinstance(number, int)]
            return len(whole) == len(iterated.args) and len(range(*whole[:3])) <= FEW
    return False
