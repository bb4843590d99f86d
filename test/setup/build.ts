import { execFileSync } from "node:child_process";

/** Builds `dist` once before the tests, so that the built command and page are those of this source. */
export default function build(): void {
  if (process.env.ASSAY_SKIP_BUILD === "1") return;
  execFileSync(process.execPath, ["build.mjs", "--fast"], { stdio: "inherit" });
}
