"""Reads another part of a table in each trial; the queries differ only at their end."""

import sqlite3

import optuna
import pandas as pd
import clocks

connection = sqlite3.connect("bars.db")
rows = pd.DataFrame({"id": range(300_000), "close": [100 + i % 31 for i in range(300_000)]})
rows.to_sql("bars", connection, index=False)
connection.execute("create index by_id on bars (id)")
COLUMNS = ", ".join(f"close * {i} as scaled_close_{i}" for i in range(1, 12))


def objective(trial):
    start = trial.number * 3000
    bias = trial.suggest_float("bias", 0, 1)
    query = f"select id, {COLUMNS} from bars where id between {start} and {start + 20_000}"
    bars = pd.read_sql(query, connection)  # HERE
    return float(bars["scaled_close_3"].mean()) + bias


study = optuna.create_study()
study.optimize(objective, n_trials=40)
