"""A study behind Optuna's gRPC proxy, which runs on this very machine."""

import multiprocessing
import socket
import time

import numpy as np
import optuna
from optuna.storages import GrpcStorageProxy, RDBStorage, run_grpc_proxy_server
import clocks

prices = np.random.default_rng(0).normal(size=1_000_000)


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def objective(trial):
    lag = trial.suggest_float("lag", 0.1, 1.0)
    return float(sum(np.sort(prices * lag)[step] for step in range(4)))  # HERE


if __name__ == "__main__":
    port = free_port()
    database = RDBStorage("sqlite:///study.db")
    server = multiprocessing.Process(target=run_grpc_proxy_server, args=(database,), kwargs={"port": port}, daemon=True)
    server.start()
    time.sleep(1.0)
    storage = GrpcStorageProxy(port=port)
    storage.wait_server_ready(timeout=30)
    study = optuna.create_study(storage=storage)
    study.optimize(objective, n_trials=25)
    server.terminate()
