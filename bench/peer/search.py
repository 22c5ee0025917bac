"""The search of studies/cifar-cnn.ts with Optuna and PyTorch, for bench/search.ts:

search.py DATA SEED TRIALS PROCESSES THREADS EPOCHS TRAIN_IMAGES VALIDATION_IMAGES

DATA is a folder with CIFAR-10's binary files. The processes share one SQLite file and train on so many threads each. The
images lie in memory as float tensors. Prints the numbers of complete and pruned trials, the best value, and of each epoch
the batch size and the seconds with its validation, as JSON.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time

import numpy as np
import optuna
import torch
from networks import he_initialise, searched_cnn
from optuna.trial import TrialState
from torch import nn

folder = pathlib.Path(sys.argv[1])
seed, trials, processes, threads, epochs, train_images, validation_images = map(int, sys.argv[2:])
widths = [32, 64, 128, 256, 512]
loss_of = nn.CrossEntropyLoss()


def load_split():
    records = np.concatenate([np.fromfile(file, np.uint8) for file in sorted(folder.glob("data_batch_*.bin"))])
    records = records.reshape(-1, 3073)
    order = np.random.default_rng(seed).permutation(len(records))[: train_images + validation_images]
    pixels = records[order, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255
    mean, deviation = np.float32([0.4914, 0.4822, 0.4465]), np.float32([0.247, 0.2435, 0.2616])
    images = torch.from_numpy((pixels - mean[:, None, None]) / deviation[:, None, None])
    labels = torch.from_numpy(records[order, 0].astype(np.int64))
    return (images[:train_images], labels[:train_images]), (images[train_images:], labels[train_images:])


def train_epoch(net, optimizer, batch_size, images, labels):
    net.train()
    for batch in torch.randperm(len(images)).split(batch_size):
        if len(batch) == 1:
            continue
        optimizer.zero_grad()
        loss_of(net(images[batch]), labels[batch]).backward()
        optimizer.step()


def evaluate(net, images, labels):
    net.eval()
    with torch.no_grad():
        sums = [loss_of(net(x), y).item() * len(y) for x, y in zip(images.split(100), labels.split(100))]
    return sum(sums) / len(labels)


def work(storage, number):
    """Runs trials until the study has enough. Returns [batch size, seconds] of each epoch."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    torch.set_num_threads(threads)
    train, validation = load_split()
    durations = []

    def objective(trial):
        start = time.perf_counter()
        learning_rate = trial.suggest_float("learningRate", 1e-4, 1e-1, log=True)
        weight_decay = trial.suggest_float("weightDecay", 5e-4, 1e-1, log=True)
        dropout = trial.suggest_float("dropout", 0.1, 0.9)
        batch_size = trial.suggest_categorical("batchSize", widths)
        fc1, fc2 = (trial.suggest_categorical(name, widths) for name in ("fc1", "fc2"))
        torch.manual_seed(1000 * seed + trial.number)
        net = he_initialise(searched_cnn(fc1, fc2, dropout))
        optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate, weight_decay=weight_decay)
        for epoch in range(1, epochs + 1):
            train_epoch(net, optimizer, batch_size, *train)
            loss = evaluate(net, *validation)
            trial.report(loss, epoch)
            is_hopeless = trial.should_prune()
            durations.append([batch_size, time.perf_counter() - start])
            start = time.perf_counter()
            if is_hopeless:
                raise optuna.TrialPruned
        return loss

    sampler = optuna.samplers.TPESampler(seed=seed + number)
    study = optuna.load_study(study_name="s", storage=storage, sampler=sampler, pruner=optuna.pruners.MedianPruner())
    enough = optuna.study.MaxTrialsCallback(trials, states=(TrialState.COMPLETE, TrialState.PRUNED))
    study.optimize(objective, callbacks=[enough])
    return durations


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as home:
        storage = f"sqlite:///{os.path.join(home, 'b.db')}"
        study = optuna.create_study(study_name="s", storage=storage)
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            durations = pool.starmap(work, [(storage, number) for number in range(processes)], chunksize=1)
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        print(
            json.dumps(
                {
                    "complete": states.count(TrialState.COMPLETE),
                    "pruned": states.count(TrialState.PRUNED),
                    "best": study.best_value,
                    "epochs": sum(durations, []),
                }
            )
        )
