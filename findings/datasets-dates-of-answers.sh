#!/usr/bin/env bash
# Finding: datasets makes points in time of a column of answers that are all dates, and lm-evaluation-harness then asks for midnight.
#
# Guess: a JSON string stays a string, so that a model which answers "2023-05-01" matches the answer "2023-05-01".
# Seen:  datasets 5.2.0 reads a column as timestamps when every string in it is a date; one "no" among them
#        and all stay strings. lm_eval 0.4.13 writes the target "2023-05-01 00:00:00": exact_match is 0 for every right answer,
#        and 1 on the same questions with one more row. to_json writes such answers as milliseconds. Nothing warns.
# Hurts: whoever asks for dates: a task's accuracy is 0, whatever the model, or depends on which rows are in the file (a subset, a
#        split, a category), and answers that went through a data set no longer equal those that did not.
#
# Exits with 1 when the dates stay strings.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check lm_eval==0.4.13 datasets==5.2.0
mkdir tasks
for name in dates mixed; do
  cat > "tasks/$name.yaml" <<YAML
task: $name
dataset_path: json
dataset_kwargs: { data_files: { test: $name.jsonl } }
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs: { until: ["\n"] }
metric_list: [{ metric: exact_match }]
YAML
done
cat > ask.py <<'PY'
import json
import datasets, lm_eval
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager
known = {"When did it open?": "2023-05-01", "When did it close?": "2024-11-30", "Who came first?": "nobody"}
for name, size in (("dates", 2), ("mixed", 3)):
    with open(name + ".jsonl", "w") as file:
        file.writelines(json.dumps({"question": question, "answer": answer}) + "\n" for question, answer in list(known.items())[:size])
class Right(LM):
    """A model that knows every answer."""
    def generate_until(self, requests): return [known[request.args[0]] for request in requests]
    def loglikelihood(self, requests): raise NotImplementedError
    def loglikelihood_rolling(self, requests): raise NotImplementedError
tasks = TaskManager(include_path="tasks", include_defaults=False)
found = lm_eval.simple_evaluate(model=Right(), tasks=["dates", "mixed"], task_manager=tasks, bootstrap_iters=0, log_samples=True)
accuracy = {}
for name in ("dates", "mixed"):
    accuracy[name] = float(found["results"][name]["exact_match,none"])
    sample = found["samples"][name][0]
    print(f"{name}: target {sample['target']!r}, model {sample['filtered_resps'][0]!r}, exact_match {accuracy[name]}")
data = datasets.load_dataset("json", data_files="dates.jsonl", split="train")
data.to_json("again.jsonl")
print("written again:", open("again.jsonl").readline().strip())
raise SystemExit(0 if accuracy == {"dates": 0.0, "mixed": 1.0} else "dates stay strings: the finding is out of date")
PY
HF_HOME="$dir/hub" HF_HUB_OFFLINE=1 python/bin/python ask.py 2> log || { tail -20 log; exit 1; }
