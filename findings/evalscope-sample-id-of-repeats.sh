#!/usr/bin/env bash
# Finding: evalscope's sample_id names another question as soon as a run has repeats.
#
# Guess: sample_id names the question of the data set, so that two runs over the same file can be joined by it.
# Seen:  evalscope 1.14.1 numbers after it has copied every question: with one answer each, sample_id 1 is the second
#        question; with repeats=2 it is the first question's second answer. The index in the file of reviews
#        goes along. The question is group_id, the repeat generation_index.
# Hurts: whoever compares a run with repeats to one without, question by question: all but the first pair join answers to
#        different questions, every row finds a partner, and a paired test loses its power or finds what is not there.
#
# Exits with 1 when sample_id names the same question in both runs.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check evalscope==1.14.1
mkdir data
for split in dev val; do
  printf 'id,question,A,B,answer\n1,1 + 1?,2,3,A\n2,2 + 2?,3,4,B\n3,3 + 3?,6,7,A\n' > "data/toy_$split.csv"
done
cat > run.py <<'PY'
import glob, json
from evalscope import TaskConfig, run_task
def questions(repeats):
    run_task(TaskConfig(
        model="mock", eval_type="mock_llm", datasets=["general_mcq"], repeats=repeats, work_dir=f"out{repeats}",
        dataset_args={"general_mcq": {"local_path": "data", "subset_list": ["toy"]}}))
    (path,) = glob.glob(f"out{repeats}/**/reviews/mock/*.jsonl", recursive=True)
    scores = [json.loads(line)["sample_score"] for line in open(path, encoding="utf-8")]
    for key in ("sample_id", "group_id"):
        pairs = sorted({(score[key], "question " + score["sample_metadata"]["id"]) for score in scores})
        print(f"repeats={repeats} by {key}:", dict(pairs))
        yield dict(pairs)
once, grouped_once = questions(1)
twice, grouped_twice = questions(2)
same = [name for name in once if once[name] == twice[name]]
print("sample_ids that name the same question in both runs:", same)
raise SystemExit(0 if same == [0] and grouped_once == grouped_twice else "the finding is out of date")
PY
python/bin/python run.py > log 2>&1 || { tail -20 log; exit 1; }
grep -E "^(repeats=|sample_ids)" log
