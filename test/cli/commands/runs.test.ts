import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

describe("runs and open", () => {
  const bench = useBench();

  it("lists runs with how they ended and what they found, and names what cannot be read", async () => {
    await makeRecordedRun(bench, "runs/deep/er/one");
    mkdirSync("runs/broken");
    writeFileSync("runs/broken/run.json", "{");
    const { code, stdout } = await bench.assay("runs");
    expect(code).toBe(0);
    expect(stdout).toMatch(/runs\/deep\/er\/one .*complete.*sample-large 8\.13, sample-small 4\.81/);
    expect(stdout).toContain("! runs/broken: ");
    const { document } = await bench.json("runs");
    expect(document).toMatchObject({
      schema: "assay.runs/1",
      runs: [
        {
          path: join("runs", "deep", "er", "one"),
          status: "complete",
          models: ["sample-small", "sample-large"],
          judges: ["sample-judge"],
          costUsd: 0,
        },
        { path: join("runs", "broken") },
      ],
    });
  });

  it("finds the newest report, and says how to make a missing one", async () => {
    await makeRecordedRun(bench, "runs/one");
    const missing = await bench.assay("open");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("assay report runs/one --format html");
    mkdirSync("runs/one/report", { recursive: true });
    writeFileSync("runs/one/report/index.html", "<!doctype html>");
    const { stdout } = await bench.assay("open", "--print");
    expect(stdout.trim()).toBe(join("runs", "one", "report", "index.html"));
    expect(existsSync(stdout.trim())).toBe(true);
  });

  it("names the only run where that cannot be read", async () => {
    mkdirSync("runs/broken", { recursive: true });
    writeFileSync("runs/broken/run.json", "{");
    const { code, stderr } = await bench.assay("open");
    expect(code).toBe(2);
    expect(stderr).toContain(join("runs", "broken", "run.json"));
  });

  it("says where runs would be", async () => {
    const { code, stderr } = await bench.assay("runs", "elsewhere");
    expect(code).toBe(2);
    expect(stderr).toContain("there is no folder elsewhere");
    expect(stderr).toContain("assay quickstart");
  });
});
