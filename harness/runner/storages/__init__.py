"""Storages of a plan, each opened on files inside the run's own folder, and the storage levers on their own."""

from harness.runner.storages.open import STUDY, close_storage, closing_storage, one_write, open_storage

__all__ = ["STUDY", "close_storage", "closing_storage", "one_write", "open_storage"]
