#!/usr/bin/env bash
# Finding: statsmodels' kappa of a pandas cross table calls two raters who never agree perfectly agreed.
#
# Guess: cohens_kappa, which takes a DataFrame, lines up rows and columns by their names, or refuses names that differ.
# Seen:  statsmodels 0.15.0 with pandas 2.3.3 counts by position. pandas.crosstab has only the marks that each rater gave: people give
#        1 to 4, a judge always one more, and the table of 1 to 4 by 2 to 5 is square with everything on its diagonal. Kappa is
#        1.0, with an interval from 1 to 1; scikit-learn 1.9.1 gives -0.23 for the same marks.
# Hurts: whoever holds a judge against people this way: a lenient judge, or one that leaves out one mark where people leave out
#        another, gets an agreement of marks that are not the same. A table that is not square at least fails. Give both axes all
#        marks, as with Categorical and dropna=False.
#
# Exits with 1 when statsmodels and scikit-learn agree.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
"$dir/python/bin/pip" install -q --disable-pip-version-check statsmodels==0.15.0 pandas==2.3.3 scikit-learn==1.9.1
cat > "$dir/agree.py" <<'PY'
import pandas as pd
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa
people = pd.Series([1, 2, 3, 4] * 10, name="people")
judge = (people + 1).rename("judge")
table = pd.crosstab(people, judge)
found = cohens_kappa(table)
marks = [1, 2, 3, 4, 5]
whole = pd.crosstab(pd.Categorical(people, marks), pd.Categorical(judge, marks), dropna=False)
expected = float(cohen_kappa_score(people, judge))
print(table)
print(f"statsmodels: {found.kappa:.2f} ({found.kappa_low:.2f} to {found.kappa_upp:.2f}), with all marks on both axes: {cohens_kappa(whole).kappa:.2f}")
print(f"scikit-learn: {expected:.2f}")
raise SystemExit(0 if found.kappa > 0.99 and expected < 0 else "the two agree: the finding is out of date")
PY
"$dir/python/bin/python" "$dir/agree.py"
