#!/usr/bin/env bash
# Finding: Vitest's toMatchObject passes for any value where the expected property is a RegExp or a URL.
#
# Guess: toMatchObject({ message: /pear/ }) tests the message against the pattern, or fails since a string is no RegExp.
# Seen:  vitest 4.1.12 passes for "apple", and for a number. An expected object without own enumerable keys asks for nothing,
#        and a RegExp or URL has none; toEqual, and a Date, Map or Set in the same place, fail as they should.
# Hurts: whoever checks an error's text or an address this way has a check that cannot fail. Use
#        expect.stringMatching(/pear/), or compare url.href.
#
# Exits with 1 when one of the four no longer passes.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund vitest@4.1.12
cat > pattern.test.js <<'JS'
import { expect, test } from "vitest";
test("a string that the pattern does not match", () => expect({ message: "apple" }).toMatchObject({ message: /pear/ }));
test("a number", () => expect({ message: 5 }).toMatchObject({ message: /pear/ }));
test("inside an array", () => expect([{ message: "apple" }]).toMatchObject([{ message: /pear/ }]));
test("another URL", () => expect({ at: new URL("http://a.example/") }).toMatchObject({ at: new URL("http://b.example/") }));
test.fails("toEqual is strict", () => expect({ message: "apple" }).toEqual({ message: /pear/ }));
test.fails("a Date is compared", () => expect({ at: new Date(1) }).toMatchObject({ at: new Date(2) }));
JS
NO_COLOR=1 npx --no-install vitest run --reporter=verbose || { echo "vitest tells these apart now: the finding is out of date"; exit 1; }
