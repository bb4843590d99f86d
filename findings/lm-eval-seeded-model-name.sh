#!/usr/bin/env bash
# Finding: lm-evaluation-harness gives different models without a name the same "random" name, and one model several.
#
# Guess: a model whose arguments hold no name, as a server that is known by its address, is named after its kind or its
#        address; or, since the code draws eight random letters, every run gets a name of its own.
# Seen:  lm_eval 0.4.13 draws the letters from Python's generator just after it has seeded it (0 by default). Two models
#        of different kinds at different addresses get the same name and so the same folder; one model gets another name
#        with another seed.
# Hurts: whoever collects results by folder or model_name, or pushes them to a dataset repository: two models become
#        repeats of one, and repeats of one model under several seeds become several models. Only model_source and config
#        tell them apart. Name the model in model_args.
#
# Exits with 1 when the two models get different names, or the seeds the same.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check lm_eval==0.4.13 datasets==5.2.0
mkdir tasks
echo '{ "question": "1 + 1?", "answer": "2" }' > text.jsonl
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
cat > names.py <<'PY'
import lm_eval
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager
class Server(LM):
    def __init__(self, base_url=None, **_):
        super().__init__()
    def loglikelihood(self, requests, **_):
        return [(0.0, False) for _ in requests]
    loglikelihood_rolling = loglikelihood
    def generate_until(self, requests, **_):
        return [self.reply for _ in requests]
@register_model("server-left")
class Left(Server):
    reply = "2"
@register_model("server-right")
class Right(Server):
    reply = "3"
def evaluate(model, address, seed):
    tracker = EvaluationTracker(output_path="out")
    results = lm_eval.simple_evaluate(
        model=model, model_args=f"base_url={address}", tasks=["toy_text"], evaluation_tracker=tracker, random_seed=seed,
        task_manager=TaskManager(include_path="tasks", include_defaults=False), bootstrap_iters=0)
    name = tracker.general_config_tracker.model_name
    print(f"{model}, seed {seed}: exact_match", results["results"]["toy_text"]["exact_match,none"], "model_name", name)
    return name
left, right = evaluate("server-left", "http://left.example", 0), evaluate("server-right", "http://right.example", 0)
other = evaluate("server-left", "http://left.example", 1)
raise SystemExit(0 if left == right != other else "names are given another way: the finding is out of date")
PY
HF_HOME="$dir/hub" HF_HUB_OFFLINE=1 python/bin/python names.py 2> log || { cat log; exit 1; }
