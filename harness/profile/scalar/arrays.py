"""Which names of a source file hold NumPy arrays of one dimension, as far as the source itself shows."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from harness.profile.scalar.loops import Scopes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MOST_ROUNDS = 4  # from name to name: what is passed on further is not followed
# What a call of NumPy gives back as a sequence of numbers when it is asked with one length or one sequence.
_MAKES = _words(
    "zeros ones empty full arange linspace cumsum cumprod diff abs sqrt exp log sin cos clip maximum "
    "minimum zeros_like ones_like empty_like full_like convolve normal standard_normal uniform random "
    "integers lognormal random_sample rand randn randint fromiter"
)
# The same of whatever shape their argument has: one row only if a single element of it stands in a condition.
_KEEPS = _words("array asarray ascontiguousarray loadtxt load where concatenate sort copy nan_to_num sign")
_METHODS = _words("cumsum cumprod copy astype normal standard_normal uniform random integers lognormal")
_TO_ARRAY = frozenset({"to_numpy"})


class Arrays:
    """Names by the function in which they are bound: (first line of the function or 0, name)."""

    def __init__(self, tree: ast.Module) -> None:
        self._scopes = Scopes(tree)
        self._numpy = frozenset(_numpy_names(tree))
        self._conditions = frozenset(_in_conditions(tree, self._scopes))
        self._assigned = list(_assignments(tree, self._scopes))
        self._generators = frozenset(name for _, name, value in self._assigned if _is_generator(value))
        self._calls = _calls(tree, self._scopes)
        self._parameters = _parameters(tree)
        self._bound = {(scope, name) for scope, name, _ in self._assigned}
        self._bound |= {(first, name) for first, names in self._parameters.values() for name in names}
        self._known: set[tuple[int, str]] = set()
        for _ in range(_MOST_ROUNDS):
            before = len(self._known)
            self._spread()
            if len(self._known) == before:
                break

    def is_array(self, node: ast.expr, scope: int) -> bool:
        """Whether an expression is known to be an array of numbers in one row."""
        if isinstance(node, ast.Name):
            where = scope if (scope, node.id) in self._bound else 0
            return (where, node.id) in self._known
        if isinstance(node, ast.BinOp):
            return self.is_array(node.left, scope) or self.is_array(node.right, scope)
        if isinstance(node, ast.UnaryOp):
            return self.is_array(node.operand, scope)
        if isinstance(node, ast.Attribute):
            return node.attr == "values" and _is_column(node.value)
        if isinstance(node, ast.Subscript):
            return isinstance(node.slice, ast.Slice) and self.is_array(node.value, scope)
        return isinstance(node, ast.Call) and self._makes_array(node, scope)

    def _makes_array(self, node: ast.Call, scope: int) -> bool:
        if not isinstance(node.func, ast.Attribute):
            return False
        if node.func.attr in _TO_ARRAY:
            return _is_column(node.func.value)
        if node.func.attr in _METHODS and self.is_array(node.func.value, scope):
            return True
        if node.func.attr not in _MAKES or not self._is_numpys(node.func.value):
            return False
        if node.func.attr in ("rand", "randn") and len(node.args) != 1:
            return False
        return not any(_is_shape(given) for given in (*node.args, *(word.value for word in node.keywords)))

    def _keeps_array(self, node: ast.expr) -> bool:
        """A call that gives an array of a shape that is not known."""
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        return is_call and node.func.attr in _KEEPS and self._is_numpys(node.func.value)  # type: ignore[attr-defined]

    def _is_numpys(self, node: ast.expr) -> bool:
        """`np`, `np.random`, or a generator that came from it."""
        while isinstance(node, ast.Attribute | ast.Call):
            node = node.value if isinstance(node, ast.Attribute) else node.func
        return isinstance(node, ast.Name) and (node.id in self._numpy or node.id in self._generators)

    def _spread(self) -> None:
        for scope, name, value in self._assigned:
            if self.is_array(value, scope) or ((scope, name) in self._conditions and self._keeps_array(value)):
                self._known.add((scope, name))
        for called, calls in self._calls.items():
            if called not in self._parameters:
                continue
            first, parameters = self._parameters[called]
            for scope, call in calls:
                given = dict(zip(parameters, call.args, strict=False))
                given |= {word.arg: word.value for word in call.keywords if word.arg in parameters}
                self._known.update(
                    (first, name)
                    for name, value in given.items()
                    if self.is_array(value, scope)
                    or ((first, name) in self._conditions and self._is_of_unknown_shape(value, scope))
                )

    def _is_of_unknown_shape(self, node: ast.expr, scope: int) -> bool:
        """A name that was given an array of a shape that is not known."""
        if not isinstance(node, ast.Name):
            return self._keeps_array(node)
        where = scope if (scope, node.id) in self._bound else 0
        return any(
            bound == where and name == node.id and self._keeps_array(value) for bound, name, value in self._assigned
        )


def _is_column(node: ast.expr) -> bool:
    """Whether what is turned into an array is one column: `frame["close"]`, `frame.close`, not `frame[["a", "b"]]`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant)
    return isinstance(node, ast.Attribute | ast.Name)


def _is_shape(node: ast.expr) -> bool:
    """A tuple of several lengths, or rows in a list: more dimensions than one."""
    if isinstance(node, ast.Tuple):
        return len(node.elts) > 1
    return isinstance(node, ast.List) and any(isinstance(one, ast.List | ast.Tuple) for one in node.elts)


def _numpy_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.partition(".")[0] == "numpy":
                    yield one.asname or "numpy"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "numpy":
            for one in node.names:
                yield one.asname or one.name


def _assignments(tree: ast.Module, scopes: Scopes) -> Iterator[tuple[int, str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = [(node.target, node.value)]
        else:
            continue
        for target, value in pairs:
            if isinstance(target, ast.Name):
                yield scopes.of(node.lineno), target.id, value
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for one, its in zip(target.elts, value.elts, strict=False):
                    if isinstance(one, ast.Name):
                        yield scopes.of(node.lineno), one.id, its


def _in_conditions(tree: ast.Module, scopes: Scopes) -> Iterator[tuple[int, str]]:
    """Names of which an element decides something: a row of several values would be an error there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            for part in ast.walk(node.test):
                if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
                    yield scopes.of(node.lineno), part.value.id


def _is_generator(value: ast.expr) -> bool:
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
    return is_call and value.func.attr in ("default_rng", "RandomState")  # type: ignore[attr-defined]


def _calls(tree: ast.Module, scopes: Scopes) -> dict[str, list[tuple[int, ast.Call]]]:
    found: dict[str, list[tuple[int, ast.Call]]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found[node.func.id].append((scopes.of(node.lineno), node))
    return found


def _parameters(tree: ast.Module) -> dict[str, tuple[int, list[str]]]:
    return {
        node.name: (node.lineno, [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)])
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
