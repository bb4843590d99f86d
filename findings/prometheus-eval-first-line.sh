#!/usr/bin/env bash
# Finding: prometheus-eval reads a pairwise verdict from the first line that looks like one, not from the end of the reply.
#
# Guess: a reply that ends in "[RESULT] B" counts as B, as the prompt asks and as the parser of single grades, anchored at the
#        end of the text, does it.
# Seen:  prometheus-eval 0.1.20 searches its relative pattern line by line. Feedback that treats the answers under headings,
#        "[Response A]" on a line of its own, is a verdict for A, whatever follows. Nothing is reported.
# Hurts: whoever uses the package as a pairwise judge: the more orderly the judge writes, the more verdicts go to A, in both
#        orders, which looks like position bias of the model.
#
# Exits with 1 when the end of the reply counts.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/python"
# The parser needs none of the package's dependencies; it is loaded by its file.
"$dir/python/bin/pip" install -q --disable-pip-version-check --no-deps --target "$dir/package" prometheus-eval==0.1.20
cat > "$dir/read.py" <<'PY'
import importlib.util, sys
spec = importlib.util.spec_from_file_location("parser", sys.argv[1] + "/prometheus_eval/parser.py")
parser = importlib.util.module_from_spec(spec)
spec.loader.exec_module(parser)
read = lambda reply: parser.parse_output(reply, "relative")[1]
plain = "Feedback: the second is exact. [RESULT] B"
headed = "[Response A]\nIt is brief.\n[Response B]\nIt is exact.\n[RESULT] B"
print("without headings:", read(plain))
print("with headings:   ", read(headed))
raise SystemExit("the end of the reply counts: the finding is out of date" if read(headed) == "B" else 0)
PY
"$dir/python/bin/python" "$dir/read.py" "$dir/package"
