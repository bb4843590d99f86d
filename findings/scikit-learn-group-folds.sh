#!/usr/bin/env bash
# Finding: scikit-learn's GroupKFold deals groups of equal size into other folds since 1.9 than before.
#
# Guess: a split without shuffling is the same in every version, since nothing in it is random.
# Seen:  scikit-learn 1.8.0 sorts the groups by size with NumPy's default sort, which is not stable, and 1.9.1 with a
#        stable one. Where many groups share a few sizes, as questions with two or three rows each do, the folds differ, and with
#        them every penalty that was chosen by cross-validation. Of eleven published length-controlled win rates three
#        move, by up to 0.31 points, although code and data are the same.
# Hurts: whoever recomputes published figures with today's package, and takes the difference for a mistake of their own.
#
# Exits with 1 when the two versions deal alike.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cat > "$dir/deal.py" <<'PY'
import hashlib
import numpy as np, sklearn
from sklearn.model_selection import GroupKFold
groups = np.repeat(np.arange(805), 2 + np.arange(805) % 7 % 2)
folds = np.empty(len(groups), dtype=int)
for number, (_, test) in enumerate(GroupKFold(n_splits=5).split(groups, groups=groups)):
    folds[test] = number
print(hashlib.sha256(folds.tobytes()).hexdigest()[:16], "folds of the first ten groups:", *folds[:20:2])
PY
deal() {
  python3 -m venv "$dir/$1"
  "$dir/$1/bin/pip" install -q --disable-pip-version-check numpy==2.3.5 scipy==1.16.3 "scikit-learn==$1"
  "$dir/$1/bin/python" "$dir/deal.py"
}
before=$(deal 1.8.0); now=$(deal 1.9.1)
echo "scikit-learn 1.8.0: $before"
echo "scikit-learn 1.9.1: $now"
[ "$before" != "$now" ] || { echo "the two versions deal alike: the finding is out of date"; exit 1; }
