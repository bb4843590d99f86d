#!/usr/bin/env bash
# Finding: with weights, ppi-python's intervals depend on where the scale of the marks has its zero.
#
# Guess: marks from 6 to 9 and the same marks counted from another zero have intervals of one width, weighted or not, since the
#        estimate moves along.
# Seen:  ppi-python 0.2.3 divides the weights by their mean, so that the estimate is a weighted mean, and takes the spread of weight
#        times mark, which is that of another estimate. With weights 3 and 1 the same 100 marks have a classical interval 1.32
#        wide as they are, 0.39 counted from their mean and 13.55 with 90 taken off; resampling gives 0.39. The
#        prediction-powered interval is 0.64, 0.26 and 6.49 wide. Without weights nothing moves.
# Hurts: whoever corrects judges' marks by a weighted sample of people's (strata, importance weights): intervals are several times
#        too wide on a scale like 1 to 10, so a gate finds nothing. Take a constant near the mean off all marks before the call
#        and add it to the result.
#
# Exits with 1 when the width does not depend on the zero.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
"$dir/python/bin/pip" install -q --disable-pip-version-check ppi-python==0.2.3
cat > "$dir/width.py" <<'PY'
import numpy as np
from ppi_py import classical_mean_ci, ppi_mean_ci
random = np.random.default_rng(0)
people = random.integers(6, 10, 100) * 1.0
judge = np.clip(people + random.integers(-1, 2, 100), 1, 10)
rest = np.clip(random.integers(6, 10, 2000) + random.integers(-1, 2, 2000), 1, 10) * 1.0
weights, rest_weights = (np.where(np.arange(size) % 2, 3.0, 1.0) for size in (100, 2000))

def width(interval):
    return float(np.ravel(interval[1])[0] - np.ravel(interval[0])[0])

widths = {}
for zero in (0, people.mean(), 90):
    plain = width(classical_mean_ci(people - zero))
    weighted = width(classical_mean_ci(people - zero, w=weights))
    powered = width(ppi_mean_ci(people - zero, judge - zero, rest - zero, w=weights, w_unlabeled=rest_weights))
    print(f"{zero:5.2f} taken off: unweighted {plain:.2f}, weighted {weighted:.2f}, prediction-powered {powered:.2f}")
    widths[zero] = (plain, weighted, powered)
draws = [random.integers(0, 100, 100) for _ in range(4000)]
low, high = np.quantile([np.average(people[draw], weights=weights[draw]) for draw in draws], [0.05, 0.95])
print(f"resampled: weighted {high - low:.2f}")
(plain, *bare), (still, *centred), _ = widths.values()
seen = np.isclose(plain, still) and all(wide > 1.5 * narrow for wide, narrow in zip(bare, centred))
raise SystemExit(0 if seen else "the zero no longer matters: the finding is out of date")
PY
"$dir/python/bin/python" "$dir/width.py"
