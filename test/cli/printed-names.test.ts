import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { shown, shownJson } from "../../harness/cli/output.js";
import { openTerminal } from "../../harness/cli/terminal.js";
import { useBench } from "./command-runner.js";
import { recordedConfig } from "./recorded-run.js";

/** Bells, colours, titles, cursors, and the one-byte forms of the same. */
const NAME = "n\u0007\u001b[31mred\u001b]0;t\u0007\u001b[2J\u009b1m\u202e";
const MOVES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe("names, paths and texts from outside", () => {
  const bench = useBench();

  test("are printed without a control character by every command, whether it succeeds or fails", async () => {
    const suite = bench.write(
      `${NAME}.json`,
      JSON.stringify({
        id: "s",
        title: `T ${NAME}`,
        questions: [{ id: NAME, category: NAME, turns: ["?"] }],
      }),
    );
    const recorded = JSON.parse(recordedConfig()) as { models: object[] };
    const models = recorded.models.map((model, index) => ({ ...model, id: `${index} ${NAME}` }));
    const config = bench.write(`c ${NAME}.json`, JSON.stringify({ ...recorded, models }));
    mkdirSync(`empty ${NAME}`);
    writeFileSync(`broken ${NAME}`, "{");
    const run = `run ${NAME}`;
    const commands: readonly (readonly string[])[] = [
      ["answer", config, "--out", run, "--log-file", `log ${NAME}`],
      ["run", config, "--out", run],
      ["score", run],
      ["score", run, "--json"],
      ["report", run, "--title", NAME, "--format", "markdown", "--format", "junit"],
      ["compare", `${run}#0 ${NAME}`, `${run}#1 ${NAME}`],
      ["runs", "."],
      ["runs", ".", "--json"],
      ["audit", run],
      ["export", run, "--format", "fastchat", "--out", `out ${NAME}`],
      ["run", "--suite", suite, "--judge", NAME, "--model", NAME, "--dry-run"],
      ["doctor", config],
      ["score", `missing ${NAME}`],
      ["score", `empty ${NAME}`],
      ["score", `broken ${NAME}`],
      ["import", `broken ${NAME}`, "--out", "imported"],
      ["run", `missing ${NAME}`],
      ["run", "--suite", NAME, "--judge", NAME, "--model", NAME, "--base-url", `http://${NAME}`],
      ["list", NAME],
      ["open", NAME, "--json"],
      [NAME],
      ["score", `--${NAME}`],
    ];
    const moved: string[] = [];
    for (const words of commands) {
      const { stdout, stderr } = await bench.assay(...words);
      if (MOVES.test(stdout) || MOVES.test(stderr)) moved.push(words.join(" "));
      expect(stdout + stderr).not.toBe("");
    }
    expect(moved).toEqual([]);
    for (const file of [`log ${NAME}`, join(run, "report", "summary.md"), join(run, "report", "junit.xml")])
      expect(readFileSync(file, "utf8")).not.toMatch(MOVES);
  });

  test("cannot paint where our own words may", () => {
    vi.stubEnv("NO_COLOR", "");
    vi.stubEnv("FORCE_COLOR", "1");
    const { red } = openTerminal({}).colors;
    expect(shown(`${red(`a ${NAME}`)} b`)).toBe(
      "\u001b[31ma n\\u{7}\\u{1b}[31mred\\u{1b}]0;t\\u{7}\\u{1b}[2J\\u{9b}1m\\u{202e}\u001b[39m b",
    );
    const json = shownJson({ [NAME]: NAME });
    expect(json).not.toMatch(MOVES);
    expect(JSON.parse(json)).toEqual({ [NAME]: NAME });
  });
});
