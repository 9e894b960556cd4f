"""What files that trials open cost them, by stack samples: seconds at the lines that open a file and read from it."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.model.record import ProcessEnd
from harness.profile.hot_lines import WeighedStack
from harness.profile.row_loops import Sources

Place = tuple[str, int, str]  # file, line and function that opened
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_With = ast.With | ast.AsyncWith


def places_of(ends: Iterable[ProcessEnd]) -> frozenset[Place]:
    """Where files were opened inside trials."""
    return frozenset(load.where for end in ends for load in end.loads if load.where is not None)


def reading_shares(stacks: Sequence[WeighedStack], places: Iterable[Place], sources: Sources) -> Mapping[Place, float]:
    """The share of the samples inside trials that each place spends with its file; without those it was not seen in.

    Only lines count that open the file or name what it was opened as: what is done with its content is not reading.
    """
    total_s = sum(stack.weight_s for stack in stacks)
    found: dict[Place, float] = {}
    for place in places:
        lines = reading_lines(sources.tree(place[0]), place[1])
        seen_s = sum(stack.weight_s for stack in stacks if lines and _is_in(stack, place, lines))
        if seen_s > 0:
            found[place] = seen_s / total_s
    return found


def _is_in(stack: WeighedStack, place: Place, lines: frozenset[int]) -> bool:
    file, _, function = place
    return any(frame.file == file and frame.function == function and frame.line in lines for frame in stack.frames)


def reading_lines(tree: ast.Module | None, line: int) -> frozenset[int]:
    """The lines of a file that open what is opened at `line`, and read from it."""
    if tree is None:
        return frozenset()
    function = _innermost(tree, line)
    opening = next((node for node in reversed(list(_statements(function))) if line in _head(node)), None)
    if opening is None:
        return frozenset()
    lines, name = set(_head(opening)), _bound(opening, line)
    for node in _statements(opening if isinstance(opening, _With) else function):
        if name is not None and any(_names(part, name) for part in _parts(node)):
            lines.update(_head(node))
    return frozenset(lines)


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


def _bound(opening: ast.stmt, line: int) -> str | None:
    """What the opened file is called in the function."""
    target: ast.expr | None = None
    if isinstance(opening, _With):
        for item in opening.items:
            is_there = item.context_expr.lineno <= line <= (item.context_expr.end_lineno or line)
            target = item.optional_vars if is_there else target
    elif isinstance(opening, ast.Assign) and len(opening.targets) == 1 and _is_opening(opening.value):
        target = opening.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _is_opening(value: ast.expr) -> bool:
    """Whether a call gives the file itself, by its name: `open(...)`, `path.open()`, `gzip.open(...)`, `np.load`."""
    function = value.func if isinstance(value, ast.Call) else None
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    module = getattr(getattr(function, "value", None), "id", None)
    is_archive = name == "load" and module in ("np", "numpy")  # of which a place is known only where it is one
    return is_archive or "open" in str(name).lower() or str(name) in ("GzipFile", "BZ2File", "LZMAFile")


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
