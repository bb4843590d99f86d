#!/usr/bin/env bash
# Finding: arena-rank's default penalty leaves most of the style in its ratings at equal style, however many battles there are.
#
# Guess: the penalty of 1 on the style coefficients is one against the sum over all battles, as in scikit-learn's logistic
#        regression, and means nothing from some thousand battles on.
# Seen:  arena-rank 0.1.1 adds it to the mean of the loss. Features are standardised by default, so a coefficient comes out at about a
#        fifth of its maximum-likelihood value at most. Of three equally good models one writes longer, and only length decides: it is
#        rated 129 points above the others at 2,000 battles and 123 at 20,000 (standard error 3), where nearly plain Bradley-Terry
#        (reg=1e6) gives 141. With reg=1e-6 it is 6 points below, and the coefficient of length ten times as large.
# Hurts: whoever rates models at equal style with the defaults: verbose models keep most of what their style wins, with intervals of
#        a few points that exclude the truth, and more battles do not help. Give reg about 1 / battles.
#
# Exits with 1 when the default penalty fades with the number of battles.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
"$dir/python/bin/pip" install -q --disable-pip-version-check arena-rank==0.1.1
cat > "$dir/rate.py" <<'PY'
import numpy as np, pandas as pd
from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
from arena_rank.utils.data_utils import ContextualPairDataset

def lead(battles, reg):
    """Rating of the model that writes longer, above the mean of the other two, and the coefficient of length."""
    random = np.random.default_rng(0)
    names = np.array(["long", "one", "two"])
    first = random.integers(0, 3, battles)
    second = (first + random.integers(1, 3, battles)) % 3
    longer = 1.0 * (first == 0) - 1.0 * (second == 0) + random.normal(size=battles)
    won = random.random(battles) < 1 / (1 + np.exp(-longer))
    rows = pd.DataFrame({"model_a": names[first], "model_b": names[second], "winner": np.where(won, "model_a", "model_b"), "length": longer})
    data = ContextualPairDataset.from_pandas(rows, ["length"], reweighted=False)
    fitted = ContextualBradleyTerry(3, 1, **reg).compute_ratings_and_cis(data)
    ratings = np.array(fitted["ratings"])[[data.competitors.index(name) for name in names]]
    error = float(np.sqrt(fitted["variances"][data.competitors.index("long")]))
    points = float(ratings[0] - ratings[1:].mean())
    print(f"{battles} battles, {reg or 'default'}: length {float(fitted['coeffs'][0]):.3f}, lead {points:.1f} points, its standard error {error:.1f}")
    return points

few, many = lead(2_000, {}), lead(20_000, {})
uncontrolled, weak = lead(20_000, {"reg": 1e6}), lead(20_000, {"reg": 1e-6})
held = min(few, many) > 0.75 * uncontrolled and abs(weak) < 10
raise SystemExit(0 if held else "the default penalty fades: the finding is out of date")
PY
"$dir/python/bin/python" "$dir/rate.py"
