"""Keeps a large graph of objects for its only thread, which Python takes apart at its end."""

import optuna
import clocks


class Node:
    def __init__(self, parent):
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)


root = Node(None)
for _ in range(400_000):
    Node(root)


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    total = 0.0
    for step in range(500_000):
        total += x * step  # HERE
    return total


optuna.create_study().optimize(objective, n_trials=60)
