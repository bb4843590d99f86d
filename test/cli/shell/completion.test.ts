import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandNames, declarations } from "../../../harness/cli/declarations/commands.js";
import { options } from "../../../harness/config/options.js";
import { useBench } from "../command-runner.js";

/** What bash offers for the last of these words. */
function bashOffers(script: string, ...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _assay; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc"], { input: ask, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((one) => one !== "");
}

const hasShell = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

describe("completion", () => {
  const bench = useBench();
  const script = async (shell: string) => (await bench.assay("completion", shell)).stdout;

  it("offers commands, flags and the values that a flag or an action can have, in bash itself", async () => {
    const bash = await script("bash");
    expect(bashOffers(bash, "assay", "")).toEqual([...commandNames, "help"]);
    expect(bashOffers(bash, "assay", "run", "--limit")).toEqual(["--limit", "--limit-per-category"]);
    expect(bashOffers(bash, "assay", "run", "--mode", "pair")).toEqual(["pairwise-baseline", "pairwise-all"]);
    expect(bashOffers(bash, "assay", "run", "--mode", "=", "sing")).toEqual(["single"]);
    expect(bashOffers(bash, "assay", "run", "--suite", "mt-")).toEqual(["mt-bench"]);
    expect(bashOffers(bash, "assay", "data", "v")).toEqual(["verify"]);
    expect(bashOffers(bash, "assay", "help", "comp")).toEqual(["compare", "completion"]);
    // Files: bash's own business.
    expect(bashOffers(bash, "assay", "run", "--out", "ru")).toEqual([]);
  });

  for (const shell of ["zsh", "fish"]) {
    const why = hasShell(shell) ? "" : ` (skipped: ${shell} is not installed)`;
    it.skipIf(why !== "")(`is a script that ${shell} can read${why}`, async () => {
      const file = bench.write("script", await script(shell));
      const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    });
  }

  it("names another shell's nearest", async () => {
    const { code, stderr } = await bench.assay("completion", "fishh");
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "fish"?');
  });
});

describe("the manual", () => {
  it("has every command, flag and variable, and starts no line with a request by accident", async () => {
    const { manPage } = await import("../../../harness/cli/shell/man-page.js");
    const page = manPage().replaceAll("\\-", "-");
    for (const name of commandNames) expect(page).toContain(`.SS assay ${name}`);
    for (const key of declarations.run.settings ?? []) {
      const flag =
        "flag" in options[key] ? options[key].flag : key.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`);
      expect(page).toMatch(new RegExp(`--(no-)?${flag}\\b`));
    }
    expect(page).toContain("ASSAY_JUDGE");
    const requests = new Set(page.match(/^\.\S+/gm));
    expect([...requests].sort()).toEqual([".SH", ".SS", ".TH", ".TP"]);
  });
});
