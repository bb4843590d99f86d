#!/usr/bin/env bash
# Finding: zod's fromJSONSchema does not require what a JSON schema requires without describing it.
#
# Guess: { "type": "object", "required": ["id"] } refuses { "no": 1 }, or the conversion refuses what it cannot express.
# Seen:  zod 4.6.7 accepts { "no": 1 } and {}. A required name counts only where it stands among the same schema's
#        "properties", which JSON Schema does not ask for; a description in another member of an "allOf" does not help.
# Hurts: whoever checks a model's structured answers against a schema: answers that lack the required fields pass, and the
#        share that keeps to the format is too high.
#
# Exits with 1 when the answer without the field is refused.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund zod@4.6.7
cat > check.mjs <<'JS'
import { z } from "zod";
const passes = (schema, value) => z.fromJSONSchema(schema).safeParse(value).success;
const described = { type: "object", properties: { id: {} }, required: ["id"] };
const named = { type: "object", required: ["id"] };
const both = { allOf: [{ type: "object", properties: { id: { type: "string" } } }, { type: "object", required: ["id"] }] };
console.log("required and described:", passes(described, { no: 1 }));
console.log("required alone:        ", passes(named, { no: 1 }), passes(named, {}));
console.log("described beside it:   ", passes(both, { no: 1 }));
if (!passes(named, { no: 1 })) { console.log("the field is required: the finding is out of date"); process.exit(1); }
JS
node check.mjs
