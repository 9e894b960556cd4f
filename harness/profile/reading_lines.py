"""The lines that open a file, read from it, and compute what depends on nothing but its content.

All of it is the same for the same file: a line that names anything else of the function's (a parameter, a result of its
own) is not counted, and neither is what a condition decides.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_With = ast.With | ast.AsyncWith
_For = ast.For | ast.AsyncFor
_OTHERWISE = {"open", "input", "print", "id", "hash", "globals", "locals", "vars", "eval", "exec", "__import__"}
_PARSERS = {"json", "orjson", "pickle", "csv", "struct", "io", "ast", "re", "gzip", "bz2", "lzma"}
_PURE = (set(dir(builtins)) - _OTHERWISE) | _PARSERS  # what gives the same for the same


def reading_lines(tree: ast.Module | None, line: int) -> frozenset[int]:
    """The lines of a file that open what is opened at `line`, read from it, and parse what was read."""
    if tree is None:
        return frozenset()
    function = _innermost(tree, line)
    opening = next((node for node in reversed(list(_statements(function))) if line in _head(node)), None)
    if opening is None:
        return frozenset()
    found = _Reading(opening, line)
    found.walk(function.body if isinstance(function.body, list) else [], is_sure=True)
    return frozenset(found.lines)


class _Reading:
    """Goes through a function from the opening on, and keeps what is derived from the file alone."""

    def __init__(self, opening: ast.stmt, line: int) -> None:
        self._opening = opening
        self._line = line
        self._has_begun = False
        self.lines = set(_head(opening))
        self._handle = _bound(opening, line)
        self._derived: set[str] = set() if self._handle is None else {self._handle}
        self._constant: set[str] = set()  # of nothing at all: `rows = []`

    def walk(self, body: Sequence[ast.stmt], *, is_sure: bool) -> None:
        for node in body:
            if node is self._opening:
                self._has_begun = True
                self._take_opening(node)
            elif isinstance(node, _For):
                self._take_loop(node, is_sure=is_sure)
            elif isinstance(node, _With):
                self._count(node)
                self.walk(node.body, is_sure=is_sure)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            elif bodies := _bodies(node):
                self._count(node)
                for inner in bodies:
                    self.walk(inner, is_sure=False)
            else:
                self._take(node, is_sure=is_sure)

    def _take_opening(self, node: ast.stmt) -> None:
        if isinstance(node, _With):
            self.walk(node.body, is_sure=True)
        elif isinstance(node, ast.Assign) and self._handle is None:
            outside = _names_of(_parts(node), without=_opening_call(node.value, self._line))
            if outside <= _PURE:
                self._derived |= _targets(node)

    def _take_loop(self, node: _For, *, is_sure: bool) -> None:
        is_derived = is_sure and self._is_derived(_names_of([node.iter]))
        if is_derived and self._has_begun:
            self.lines.update(_head(node))
            self._derived |= _stored(node.target)
        else:
            self._count(node)
            self._forget(_stored(node.target))
        self.walk(node.body, is_sure=is_derived)
        self.walk(node.orelse, is_sure=False)

    def _take(self, node: ast.stmt, *, is_sure: bool) -> None:
        names, targets = _names_of(_parts(node)), _targets(node)
        mutated = _mutated(node)
        if is_sure and self._has_begun and self._is_derived(names):
            if not (isinstance(node, ast.Return) and isinstance(node.value, ast.Name)):
                self.lines.update(_head(node))
            self._derived |= targets | mutated
            return
        self._count(node)
        self._forget(targets | mutated)
        if is_sure and not names and targets:
            self._constant |= targets

    def _is_derived(self, names: set[str]) -> bool:
        return bool(names & self._derived) and names <= self._derived | self._constant | _PURE

    def _count(self, node: ast.stmt) -> None:
        """Whatever else it names, a line that names the opened file reads from it."""
        if self._has_begun and self._handle is not None and self._handle in _names_of(_parts(node)):
            self.lines.update(_head(node))

    def _forget(self, names: set[str]) -> None:
        self._derived -= names - {self._handle}
        self._constant -= names


def _innermost(tree: ast.Module, line: int) -> _Function:
    found: _Function = tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            is_inside = node.lineno <= line <= (node.end_lineno or node.lineno)
            found = node if is_inside and (found is tree or node.lineno >= getattr(found, "lineno", 0)) else found
    return found


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Those below a node in order, without those of functions defined in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _statements(child)


def _bodies(node: ast.stmt) -> list[list[ast.stmt]]:
    """Statements inside one that decides whether, or how often, they run."""
    found = [
        getattr(node, name) for name in ("body", "orelse", "finalbody") if isinstance(getattr(node, name, None), list)
    ]
    found += [handler.body for handler in getattr(node, "handlers", ())]
    found += [case.body for case in getattr(node, "cases", ())]
    return found


def _parts(node: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement itself: of a loop what it goes over, of a `with` what it enters."""
    parts: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            parts.append(child)
        elif isinstance(child, ast.withitem):
            parts.append(child.context_expr)
    return parts


def _head(node: ast.stmt) -> range:
    """The lines of a statement without those of the statements in it."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body:
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    last = max((part.end_lineno or part.lineno for part in _parts(node)), default=node.lineno)
    return range(node.lineno, max(last, node.lineno) + 1)


def _names_of(parts: Sequence[ast.AST], without: ast.AST | None = None) -> set[str]:
    """The names that expressions load, without those that a comprehension or a lambda in them binds."""
    loaded: set[str] = set()
    bound: set[str] = set()
    left = list(parts)
    while left:
        node = left.pop()
        if node is without:
            continue
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        left.extend(ast.iter_child_nodes(node))
    return loaded - bound


def _targets(node: ast.stmt) -> set[str]:
    """The plain names that a statement assigns."""
    given = getattr(node, "targets", None) or [
        target for target in (getattr(node, "target", None),) if target is not None
    ]
    return {name for target in given for name in _stored(target)}


def _stored(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _mutated(node: ast.stmt) -> set[str]:
    """What a call like `rows.append(x)` changes."""
    call = node.value if isinstance(node, ast.Expr) else None
    owner = call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
    return {owner.id} if isinstance(owner, ast.Name) and owner.id not in _PURE else set()


def _bound(opening: ast.stmt, line: int) -> str | None:
    """What the opened file is called in the function."""
    target: ast.expr | None = None
    if isinstance(opening, _With):
        for item in opening.items:
            is_there = item.context_expr.lineno <= line <= (item.context_expr.end_lineno or line)
            is_file = is_there and _is_opening(item.context_expr)
            target = item.optional_vars if is_file else target
    elif isinstance(opening, ast.Assign) and len(opening.targets) == 1 and _is_opening(opening.value):
        target = opening.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _opening_call(value: ast.expr, line: int) -> ast.AST | None:
    """The call in an expression that opens the file, or its path's own."""
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call) and _opens(node)]
    return next((call for call in calls if call.lineno <= line <= (call.end_lineno or line)), None)


def _opens(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return _is_opening(call) or str(name).startswith("read_")


def _is_opening(value: ast.expr) -> bool:
    """Whether a call gives the file itself, by its name: `open(...)`, `path.open()`, `gzip.open(...)`, `np.load`."""
    function = value.func if isinstance(value, ast.Call) else None
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    module = getattr(getattr(function, "value", None), "id", None)
    is_archive = name == "load" and module in ("np", "numpy")  # of which a place is known only where it is one
    return is_archive or "open" in str(name).lower() or str(name) in ("GzipFile", "BZ2File", "LZMAFile")
