"""Loops over the rows of a frame in the user's source, so that samples of a loop's body are shown at the loop."""

import ast
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.model.redaction import redacted_source
from harness.profile.scalar.source import LoopSource

_ITERATORS = ("iterrows", "itertuples")
_MOST_BYTES = 2_000_000
_WRAPPERS = ("enumerate", "zip", "tqdm", "list", "tuple", "iter")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLoop:
    """A loop and the lines that it runs over and over."""

    line: int
    head_until: int  # last line of what it loops over
    until: int
    iterator: str

    def holds(self, line: int) -> bool:
        return self.line <= line <= self.until

    def is_head(self, line: int) -> bool:
        return self.line <= line <= self.head_until


class Sources:
    """The user's source files as they are now: none that was changed after the run began, or that is not here."""

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s
        self.loops = cache(self._loops)
        self.loop_source = cache(self._loop_source)
        self._tree = cache(self._parse)

    def statement(self, file: str, line: int) -> str | None:
        """The innermost expression or statement that begins before or at a line and reaches over it."""
        text, tree = self._tree(file)
        if tree is None:
            return None
        found: ast.expr | ast.stmt | None = None
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
                found = node if found is None or node.lineno >= found.lineno else found
        segment = None if found is None else ast.get_source_segment(text, found)
        return None if segment is None else redacted_source(segment)

    def tree(self, file: str) -> ast.Module | None:
        """The file's syntax; None where it cannot be had."""
        return self._tree(file)[1]

    def _loops(self, file: str) -> tuple[RowLoop, ...]:
        """Loops over rows in a file, outer ones first."""
        _, tree = self._tree(file)
        return () if tree is None else tuple(sorted(_loops_in(tree), key=lambda loop: (loop.line, -loop.until)))

    def _loop_source(self, file: str) -> LoopSource | None:
        """What a file says of its loops; None where its text cannot be had."""
        tree = self._tree(file)[1]
        return None if tree is None else LoopSource(tree)

    def _parse(self, file: str) -> tuple[str, ast.Module | None]:
        path = Path(file)
        try:
            text = _text_of(path, self._began_s)
            return (text, ast.parse(text)) if text else ("", None)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return "", None


def _text_of(path: Path, began_s: float) -> str | None:
    """A source file that is as it was, and a file: a record from elsewhere may name a pipe, which would never end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_mtime > began_s or facts.st_size > _MOST_BYTES:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, encoding="utf-8") as file:
        return file.read(_MOST_BYTES)


def _loops_in(tree: ast.Module) -> Iterator[RowLoop]:
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor):
            iterated, whole = node.iter, node
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            iterated, whole = node.generators[0].iter, node  # type: ignore[assignment]
        else:
            continue
        iterator = _row_iterator(iterated)
        if iterator is not None:
            head = iterated.end_lineno or iterated.lineno
            body = node.body[-1] if isinstance(node, ast.For | ast.AsyncFor) else whole  # `else` is not repeated
            yield RowLoop(line=whole.lineno, head_until=head, until=body.end_lineno or head, iterator=iterator)


def _row_iterator(node: ast.expr) -> str | None:
    """The method of pandas' by which an expression goes over rows, through what is usually wrapped around it."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr in _ITERATORS:
        return node.func.attr
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
    if name in _WRAPPERS:
        return next((found for argument in node.args if (found := _row_iterator(argument)) is not None), None)
    return None
