// Builds dist/: the command, the library, the report's page script and styles, fonts for chart images, and types.
// `node build.mjs --fast` leaves the types out; the tests use it. What is built already is not built again, so that
// npm may run `prepare` as often as it likes. How dist/ is laid out and swapped stands in build/dist-folder.mjs.
import { existsSync } from "node:fs";
import { bundle } from "./build/bundle.mjs";
import { addBuild, addTypes, dropOldBuilds, enter, sourceHash } from "./build/dist-folder.mjs";
import { linkCommand } from "./build/link-command.mjs";
import { emitTypes } from "./build/types.mjs";

const build = `build-${await sourceHash()}`;
if (!existsSync(`dist/${build}/index.js`)) await addBuild(build, bundle);
if (!process.argv.includes("--fast") && !existsSync(`dist/${build}/types`)) await addTypes(build, emitTypes);
await enter(build);
await dropOldBuilds(build);
await linkCommand();
