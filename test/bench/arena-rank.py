"""What others' packages need for the work of `arena-rank.ts`. Figures as one line of JSON."""

import json
import sys
import time

LABELS = {"A>>B": (0, 3), "A>B": (0, 1), "A=B": (0.5, 1), "B>A": (1, 1), "B>>A": (1, 3)}
WINNERS = {1: "model_a", 0: "model_b", 0.5: "tie"}


def peak():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def battles(folder, baseline):
    """The published games as the package's data set, a double arrow three times, each with its differences of style."""
    import numpy as np
    import pandas as pd
    from arena_rank.utils.data_utils import ContextualPairDataset

    styles, rows = {}, []
    with open(f"{folder}/style.csv", encoding="utf8") as lines:
        next(lines)
        for line in lines:
            question, model, *counts = line.strip().split(",")
            styles[model, question] = [float(count) for count in counts]
    for model in sorted({model for model, _ in styles} - {baseline}):
        with open(f"{folder}/judgments/{model}.jsonl", encoding="utf8") as lines:
            for line in lines:
                record = json.loads(line)
                question = record["question_id"]
                for index, game in enumerate(record["games"]):
                    if game["score"] not in LABELS or (model, question) not in styles:
                        continue
                    share, times = LABELS[game["score"]]
                    one, other = styles[model, question], styles[baseline, question]
                    row = (model, baseline, WINNERS[share if index == 0 else 1 - share], *np.subtract(one, other))
                    rows.extend([row] * times)
    features = ["tokens", "headers", "lists", "bold"]
    frame = pd.DataFrame(rows, columns=["model_a", "model_b", "winner", *features])
    return ContextualPairDataset.from_pandas(frame, feature_cols=features, reweighted=False)


def board(folder, baseline):
    """From the published files to ratings with sandwich intervals, by arena-rank as it comes."""
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry

    data = battles(folder, baseline)
    found = ContextualBradleyTerry(len(data.competitors), data.features.shape[1]).compute_ratings_and_cis(data)
    figures = {"rows": len(data.outcomes), "ratings": rated(data, found)}
    print(json.dumps({**figures, "cpu": time.process_time(), "megabytes": peak()}))


def rated(data, found):
    figures = zip(data.competitors, found["ratings"].tolist(), found["variances"].tolist())
    return {str(model): [rating, variance] for model, rating, variance in figures}


def optimum(folder, baseline):
    """The same loss minimised to the end: by the package told not to stop early, and by SciPy."""
    import numpy as np
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
    from scipy.optimize import minimize

    data = battles(folder, baseline)
    models, columns = len(data.competitors), data.features.shape[1]
    patient = ContextualBradleyTerry(models, columns, ftol=0.0, gtol=1e-13, max_iter=20000)
    found = patient.compute_ratings_and_cis(data)
    pairs, features = np.array(data.pairs), np.array(data.features)
    won, count = np.array(data.outcomes), len(data.outcomes)

    def loss(values):
        lead = values[pairs[:, 0]] - values[pairs[:, 1]] + features @ values[models:]
        surprise = (1 / (1 + np.exp(-lead)) - won) / count
        sides = [np.bincount(pairs[:, side], surprise, models) for side in (0, 1)]
        slope = np.concatenate([sides[0] - sides[1], features.T @ surprise + values[models:]])
        return np.mean(np.logaddexp(0, lead) - won * lead) + (values[models:] ** 2).sum() / 2, slope

    solved = minimize(loss, np.zeros(models + columns), jac=True, method="BFGS", options={"gtol": 1e-12, "maxiter": 5000})
    points = 1000 + patient.alpha * (solved.x[:models] - solved.x[:models].mean())
    scipy = {str(model): float(rating) for model, rating in zip(data.competitors, points)}
    print(json.dumps({"ratings": rated(data, found), "scipy": scipy}))


def fit(folder, columns):
    """scikit-learn's logistic regression of a design that was written to files; the best of three."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    read = lambda name: np.fromfile(f"{folder}/{name}.bin")
    design, won, weight = read("design").reshape(-1, int(columns)), read("won"), read("weight")
    seconds, cpu = [], []
    for _ in range(3):
        start, begun = time.perf_counter(), time.process_time()
        model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-8, max_iter=1000)
        model.fit(design, won, sample_weight=weight)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - begun)
    figures = {"seconds": min(seconds), "cpu": min(cpu), "steps": int(model.n_iter_[0])}
    print(json.dumps({**figures, "parameters": model.coef_[0].tolist()}))


{"board": board, "optimum": optimum, "fit": fit}[sys.argv[1]](*sys.argv[2:])
