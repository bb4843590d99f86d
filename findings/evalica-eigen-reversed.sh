#!/usr/bin/env bash
# Finding: evalica's eigen gives the model that loses most the highest score.
#
# Guess: every ranking method of the package gives the best model the highest score, since all return scores sorted from high to low.
# Seen:  evalica 0.4.2 gives, for a before b before c by three wins to one each, a the highest score by counting, average_win_rate,
#        bradley_terry, newman, elo and pagerank, and c by eigen: it adds up, for each model, the scores of those it lost to. Both
#        solvers agree, so that comparing one to the other shows nothing.
# Hurts: whoever ranks by eigen reads the leaderboard upside down, and whoever averages or compares the methods finds them to
#        contradict each other on data that could not be clearer.
#
# Exits with 1 when eigen agrees with the others.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
"$dir/python/bin/pip" install -q --disable-pip-version-check evalica==0.4.2
cat > "$dir/rank.py" <<'PY'
import evalica
from evalica import Winner
battles = [(x, y, winner) for x, y in ("ab", "bc", "ac") for winner in (Winner.X, Winner.X, Winner.X, Winner.Y)]
xs, ys, winners = (list(column) for column in zip(*battles))
best = {}
for name in ("counting", "average_win_rate", "bradley_terry", "newman", "elo", "pagerank", "eigen"):
    for solver in ("pyo3", "naive"):
        scores = getattr(evalica, name)(xs, ys, winners, solver=solver).scores
        best.setdefault(name, set()).add(scores.index[0])
    print(f"{name:17}", scores.round(3).to_dict())
reversed_alone = best.pop("eigen") == {"c"} and all(names == {"a"} for names in best.values())
raise SystemExit(0 if reversed_alone else "eigen agrees with the others: the finding is out of date")
PY
"$dir/python/bin/python" "$dir/rank.py"
