#!/usr/bin/env bash
# Finding: lm-evaluation-harness states a group's sample_len over subtasks that its figure does not rest on.
#
# Guess: the sample_len beside a group's acc is the number of samples behind that acc.
# Seen:  lm_eval 0.4.13 averages acc over the subtasks that have it, by their sizes, and sums sample_len over all of them. A
#        group of 10 questions with choices and 90 without has acc from 10 and sample_len 100. The number that belongs to
#        the figure stands in the group's sample_count, under the metric's name; single tasks have no such key.
# Hurts: whoever computes an interval from acc and sample_len: here it is a third as wide as it should be. The group's own
#        standard error is right where there is one, but without bootstrapping or from one's own formula nothing warns.
#
# Exits with 1 when the two numbers agree.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check lm_eval==0.4.13 datasets==5.2.0
mkdir tasks
cat > tasks/group.yaml <<'YAML'
group: toy
task: [toy_choice, toy_text]
aggregate_metric_list: [{ metric: acc, weight_by_size: true }]
YAML
cat > tasks/choice.yaml <<'YAML'
task: toy_choice
dataset_path: json
dataset_kwargs: { data_files: { test: choice.jsonl } }
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{choices}}"
doc_to_target: label
metric_list: [{ metric: acc }]
YAML
cat > tasks/text.yaml <<'YAML'
task: toy_text
dataset_path: json
dataset_kwargs: { data_files: { test: text.jsonl } }
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs: { until: ["\n"] }
metric_list: [{ metric: exact_match }]
YAML
cat > count.py <<'PY'
import json
import lm_eval
from lm_eval.tasks import TaskManager
def write(name, rows):
    with open(name, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
write("choice.jsonl", [{"question": f"{n} + 1?", "choices": [str(n + 1), str(n)], "label": 0} for n in range(10)])
write("text.jsonl", [{"question": f"Say {n}.", "answer": str(n)} for n in range(90)])
tasks = TaskManager(include_path="tasks", include_defaults=False)
results = lm_eval.simple_evaluate(model="dummy", tasks=["toy"], task_manager=tasks, bootstrap_iters=0)["results"]
group = results["toy"]
print("acc of the group and of its only subtask with acc:", group["acc,none"], results["toy_choice"]["acc,none"])
print("sample_len of the group:", group["sample_len"], " sample_count:", group["sample_count"])
seen = (group["sample_len"], group["sample_count"]["acc,none"])
raise SystemExit(0 if seen == (100, 10) else "the numbers are others: the finding is out of date")
PY
HF_HOME="$dir/hub" HF_HUB_OFFLINE=1 python/bin/python count.py 2> log || { cat log; exit 1; }
