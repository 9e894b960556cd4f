"""Our package in a process of the user's own: under a private name, so that the public one stays theirs.

`attach/site/sitecustomize.py` executes this file by its path, before the package can be imported. Modules of ours are
loaded as `_study_harness.*` from the files (and compiled code) of `harness.*`. Their `import harness.x` is answered
with the private module by an `__import__` that only they see. Where the script imports a `harness` that is this very
package, for its marks, it is given the private modules, so that both share one state.

Only what the interpreter has loaded by itself is imported here: a module that the script has under the name of one of
the standard library's must still be found by it.
"""

import builtins
import os
import sys
from _frozen_importlib import ModuleSpec  # not from `importlib`, which may not be loaded yet
from _frozen_importlib_external import PathFinder, SourceFileLoader, spec_from_file_location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any

PUBLIC, PRIVATE = "harness", "_study_harness"
_import = builtins.__import__
_STANDARD = os.path.dirname(os.__file__)  # noqa: PTH120 - pathlib would cost each process its import


def let_in(root: str, environment: "Mapping[str, str]") -> None:
    """Make the package in `root` known under its private name, and start what watches this process."""
    finder = PrivateFinder(root)
    sys.meta_path.insert(0, finder)
    finder.own_import("harness.attach.hook", fromlist=("install",)).install(environment)


class PrivateFinder:
    """Finds `_study_harness.*` in our own folder, and `harness.*` where that is what the script would have got."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._is_public = False
        self._shadowed: dict[str, ModuleType] = {}
        self.builtins = {**vars(builtins), "__import__": self.own_import}

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        head = name.partition(".")[0]
        if head == PRIVATE:
            return self._private_spec(name)
        return self._public_spec(name, path, target) if head == PUBLIC else None

    def own_import(
        self,
        name: str,
        globals: "Any" = None,  # noqa: A002 - the names that the interpreter uses
        locals: "Any" = None,  # noqa: A002
        fromlist: "Any" = (),
        level: int = 0,
    ) -> "Any":
        """What our own modules have for `__import__`."""
        if level == 0:
            head = name.partition(".")[0]
            if head == PUBLIC:
                name = PRIVATE + name[len(PUBLIC) :]
            elif name == head and head not in sys.modules and head in sys.stdlib_module_names:
                return self._standard(head) or _import(name, globals, locals, fromlist, level)
        return _import(name, globals, locals, fromlist, level)

    def publish(self, module: "ModuleType") -> None:
        """Let a private module go by its public name as well: for pickles, and for those who print a type."""
        private = module.__name__
        if not private.startswith(PRIVATE):
            return
        module.__name__ = public = PUBLIC + private[len(PRIVATE) :]
        sys.modules.setdefault(public, module)
        for value in list(vars(module).values()):
            if callable(value) and getattr(value, "__module__", None) == private:
                try:
                    value.__module__ = public
                except (AttributeError, TypeError):
                    continue

    def publish_if_asked(self, module: "ModuleType") -> None:
        if self._is_public:
            self.publish(module)

    def _private_spec(self, name: str) -> "Any":
        base = os.path.join(self._root, *name.split(".")[1:])  # noqa: PTH118
        package = os.path.join(base, "__init__.py")  # noqa: PTH118
        if os.path.isfile(package):  # noqa: PTH113
            return spec_from_file_location(
                name, package, loader=_Loader(name, package, self), submodule_search_locations=[base]
            )
        file = f"{base}.py"
        if os.path.isfile(file):  # noqa: PTH113
            return spec_from_file_location(name, file, loader=_Loader(name, file, self))
        return None

    def _public_spec(self, name: str, path: "Any", target: "Any") -> "Any":
        if name != PUBLIC:
            is_ours = self._is_public and sys.modules.get(PUBLIC) is sys.modules.get(PRIVATE)
            spec = self._private_spec(PRIVATE + name[len(PUBLIC) :]) if is_ours else None
            return None if spec is None else _bridge(name, spec, self)
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                return self._if_ours(spec)
        return None

    def _if_ours(self, spec: "Any") -> "Any":
        """What the script would have got for `harness`: where that is this package, the private one."""
        own = os.path.realpath(os.path.join(self._root, "__init__.py"))  # noqa: PTH118
        if not spec.origin or os.path.realpath(spec.origin) != own:
            return spec
        self._is_public = True
        for name, module in list(sys.modules.items()):
            if name.startswith(f"{PRIVATE}."):  # the package itself is what is being looked for
                self.publish(module)
        return _bridge(PUBLIC, spec, self)

    def _standard(self, name: str) -> "ModuleType | None":
        """The standard library's module where the script has another of that name, which is then left to the script."""
        if name in self._shadowed:
            return self._shadowed[name]
        if name in sys.builtin_module_names:
            return None
        found = PathFinder.find_spec(name)
        if found is None or not found.origin or found.origin.startswith(_STANDARD + os.sep):
            return None
        own = PathFinder.find_spec(name, [_STANDARD, os.path.join(_STANDARD, "lib-dynload")])  # noqa: PTH118
        if own is None or own.loader is None:
            return None
        module: ModuleType = type(sys)(name)
        module.__spec__, module.__loader__, module.__file__ = own, own.loader, own.origin
        made = own.loader.create_module(own) or module
        own.loader.exec_module(made)
        self._shadowed[name] = made
        return made


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, finder: PrivateFinder) -> None:
        super().__init__(name, path)
        self._finder = finder

    def exec_module(self, module: "ModuleType") -> None:
        vars(module)["__builtins__"] = self._finder.builtins
        super().exec_module(module)
        self._finder.publish_if_asked(module)


class _Bridge:
    """Hands the private module out under a public name."""

    def __init__(self, finder: PrivateFinder, spec: "Any") -> None:
        self._finder = finder
        self._spec = spec

    def get_code(self, name: str) -> "Any":
        """What `runpy` runs for `-m harness.workloads.topstepb`."""
        return self._spec.loader.get_code(self._spec.name)

    def create_module(self, spec: "Any") -> "Any":
        private = PRIVATE + spec.name[len(PUBLIC) :]
        _import(private)
        module = sys.modules[private]
        self._finder.publish(module)
        return module

    def exec_module(self, module: "Any") -> None: ...


def _bridge(name: str, spec: "Any", finder: PrivateFinder) -> "Any":
    places = spec.submodule_search_locations
    loader: Any = _Bridge(finder, spec)
    bridge = ModuleSpec(name, loader, origin=spec.origin, is_package=places is not None)
    if places is not None:
        bridge.submodule_search_locations = list(places)
    bridge.has_location = True
    return bridge
