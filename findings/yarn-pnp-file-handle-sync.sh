#!/usr/bin/env bash
# Finding: under Yarn's Plug'n'Play no file handle can sync, not even one of an ordinary file.
#
# Guess: Plug'n'Play changes where modules are found and reads packages out of archives; open files outside of them stay Node's own.
# Seen:  yarn 4.18.1 puts a class of its own in the place of what `open()` of node:fs/promises gives, for every file. Its sync(),
#        datasync(), readv() and utimes() throw "Method not implemented."; fs.fsync and fs.fdatasync with the handle's number work.
# Hurts: whatever writes durably through file handles fails under `yarn run` alone, with an error that names neither yarn nor the
#        method, while the same project passes with npm, with pnpm, and with `nodeLinker: node-modules`.
#
# Exits with 1 when a handle can sync.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir tool project
npm install --silent --no-audit --no-fund --prefix tool @yarnpkg/cli-dist@4.18.1
cd project
echo '{ "name": "durable", "private": true, "scripts": { "write": "node write.mjs" } }' > package.json
printf 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\n' > .yarnrc.yml
touch yarn.lock
cat > write.mjs <<'JS'
import { fdatasync } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
const handle = await open("records.jsonl", "w");
await handle.appendFile("{}\n");
await promisify(fdatasync)(handle.fd);
try {
  await handle.datasync();
  console.log("the handle syncs");
} catch (cause) {
  console.log(`by number it syncs, by the handle: ${cause.message}`);
}
JS
yarn() { node ../tool/node_modules/@yarnpkg/cli-dist/bin/yarn.js "$@"; }
yarn install > /dev/null
echo "without yarn: $(node write.mjs)"
seen=$(yarn run write); echo "under yarn:   $seen"
[ "$seen" = "by number it syncs, by the handle: Method not implemented." ] || { echo "the finding is out of date"; exit 1; }
