#!/usr/bin/env bash
# Finding: @huggingface/jinja takes the characters that strip is given, and ignores them.
#
# Guess: the package that renders chat templates in JavaScript either does what Python's Jinja does or refuses.
# Seen:  @huggingface/jinja 0.5.11 removes every blank for strip('\n'), lstrip('\n') and rstrip('\n'), where Jinja2 3.1.6 removes
#        line breaks alone, and nothing of "xaxx" for strip('x'). Two equal lists are unequal, and -7 % 3 is -1, not 2. No error.
# Hurts: templates take line breaks off an earlier answer this way (Qwen3's does). An answer that is indented code loses its
#        first line's indentation in the second turn, so the model continues a text that it did not write.
#
# Exits with 1 when the two agree.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > cases.json <<'JSON'
["{{ x.lstrip('\\n') }}", "{{ x.rstrip('\\n') }}", "{{ 'xaxx'.strip('x') }}", "{{ 'equal' if [1] == [1] else 'unequal' }}", "{{ -7 % 3 }}"]
JSON
cat > render.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Template } from "@huggingface/jinja";
const rendered = JSON.parse(readFileSync("cases.json", "utf8")).map((one) => new Template(one).render({ x: "\n    code \n" }));
console.log(JSON.stringify(rendered));
JS
cat > render.py <<'PY'
import json
from jinja2 import Environment
print(json.dumps([Environment().from_string(one).render(x="\n    code \n") for one in json.load(open("cases.json"))], separators=(",", ":")))
PY
npm install --silent --no-audit --no-fund @huggingface/jinja@0.5.11
python3 -m venv python && python/bin/pip install -q --disable-pip-version-check jinja2==3.1.6
javascript=$(node render.mjs); python=$(python/bin/python render.py)
echo "Jinja2 3.1.6:              $python"
echo "@huggingface/jinja 0.5.11: $javascript"
[ "$javascript" != "$python" ] || { echo "the two agree: the finding is out of date"; exit 1; }
