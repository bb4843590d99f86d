#!/usr/bin/env bash
# Finding: huggingface_hub merges two results of a model card that differ in dataset arguments or source alone.
#
# Guess: a card that is loaded, changed in its licence and written again keeps its results as they were.
# Seen:  huggingface_hub 2.4.0 groups results by task and by the data set's type, configuration, split and revision. A zero-shot and
#        a 25-shot figure of one data set become one entry with the arguments and the source of the first, so that the
#        25-shot figure is published as a zero-shot one, measured in another run. No warning.
# Hurts: whoever publishes one data set under two settings (few-shot counts, judges, prompts), or edits such a card with a
#        script that never touches the results. What tells two results apart must stand in the configuration or the metric.
#
# Exits with 1 when both results survive.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
"$dir/python/bin/pip" install -q --disable-pip-version-check huggingface_hub==2.4.0
cat > "$dir/card.py" <<'PY'
import yaml
from huggingface_hub import ModelCard

def result(shots, value, source):
    return {"task": {"type": "text-generation"},
            "dataset": {"name": "ARC", "type": "ai2_arc", "config": "ARC-Challenge", "split": "test", "args": {"num_few_shot": shots}},
            "metrics": [{"type": "acc_norm", "value": value}],
            "source": {"name": source, "url": "https://example.org/" + source}}

before = {"license": "mit", "model-index": [{"name": "m", "results": [result(0, 55.1, "march"), result(25, 61.2, "may")]}]}
card = ModelCard("---\n" + yaml.safe_dump(before) + "---\n")
card.data.license = "apache-2.0"
after = yaml.safe_load(str(card).split("---")[1])["model-index"][0]["results"]
for entry in after:
    print(entry["dataset"]["args"], entry["source"]["name"], [metric["value"] for metric in entry["metrics"]])
raise SystemExit("both results survive: the finding is out of date" if len(after) == 2 else 0)
PY
"$dir/python/bin/python" "$dir/card.py"
