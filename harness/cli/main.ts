#!/usr/bin/env node
// The command's entry.
import * as nodeModule from "node:module";
import { enter } from "./entrance.js";

// From Node.js 22 on, compiled code is kept between commands.
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown };
enableCompileCache?.();

const words = process.argv.slice(2);

// `assay … | head` closes the pipe early; that is no error of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  void import("./command-line.js").then(({ reportBrokenOutput }) => reportBrokenOutput(error, words));
});
// There is no place left to say it.
process.stderr.on("error", () => undefined);

await enter(words);
