#!/usr/bin/env node
// The command's entry. Asking for the version must not load anything heavy, so it is answered here.
import * as nodeModule from "node:module";
import { toolVersion } from "../core/package-files.js";

// From Node.js 22 on, compiled code is kept between commands.
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown };
enableCompileCache?.();

// `assay … | head` closes the pipe early; that is no error of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  void import("./command-line.js").then(({ reportBrokenOutput }) =>
    reportBrokenOutput(error, process.argv.slice(2)),
  );
});
// There is no place left to say it.
process.stderr.on("error", () => undefined);

const [first, ...rest] = process.argv.slice(2);
if ((first === "--version" || first === "-V") && rest.length === 0) {
  process.stdout.write(`${toolVersion()}\n`);
} else {
  const { runCommandLine } = await import("./command-line.js");
  await runCommandLine(process.argv.slice(2));
}
