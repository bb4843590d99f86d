// The library's type declarations.
import { execFileSync } from "node:child_process";

/** Writes the declarations into the folder `out`. */
export function emitTypes(out) {
  execFileSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json", "--outDir", out],
    { stdio: "inherit" },
  );
}
