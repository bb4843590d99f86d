import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runHere } from "../cli/command-runner.js";
import type { ModelCall } from "../server/model-calls.js";
import { judgeReply } from "../server/replies.js";
import { type ServerOptions, startServer, type TestServer } from "../server/server.js";
import { cliPath, runAssay, startAssay, workFolder } from "./command.js";
import { recordsIn, writeSuite } from "./run-records.js";

let server: TestServer | undefined;

async function serve(options: ServerOptions = {}): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function runWords(cwd: string, { baseUrl }: TestServer, questions = 20): string[] {
  return [
    ...["run", "--suite", writeSuite(cwd, questions), "--model", "a", "--judge", "j", "--base-url", baseUrl],
    ...["--out", "run", "--concurrency", "4", "--no-cache", "--format", "json"],
  ];
}

let made: string | undefined;

/** A finished run folder called `run`, made once and copied for each test. */
async function finishedRun(): Promise<{ readonly cwd: string; readonly words: string[] }> {
  const cwd = workFolder();
  const words = runWords(cwd, await serve(), 3);
  if (made === undefined) {
    expect(await runHere(words, { cwd })).toMatchObject({ code: 0 });
    made = workFolder();
    cpSync(join(cwd, "run"), join(made, "run"), { recursive: true });
  } else cpSync(join(made, "run"), join(cwd, "run"), { recursive: true });
  return { cwd, words };
}

describe("a run folder that vanishes while the run goes on ends it with 5, and nothing more is asked for", () => {
  const vanishings: readonly [string, (run: string) => void, RegExp][] = [
    // Files go one by one: a record file may be missed before the folder is.
    ["removed", (run) => rmSync(run, { recursive: true }), /run\S* is not there any longer.* are lost/],
    [
      "moved",
      (run) => renameSync(run, `${run}-2`),
      /run (was moved .* with|is not there .* unless it was moved,) the \d+ answers and \d+ verdicts/,
    ],
    [
      "replaced by an empty one",
      (run) => {
        rmSync(run, { recursive: true });
        mkdirSync(run);
      },
      /another one is in its place/,
    ],
  ];
  test.each(vanishings)("%s", async (_, vanish, message) => {
    const endpoint = await serve({ latencyMs: 20 });
    const cwd = workFolder();
    const run = runHere(runWords(cwd, endpoint, 200), { cwd });
    await endpoint.until(({ answered }) => answered >= 30);
    vanish(join(cwd, "run"));
    const asked = endpoint.counts.calls;
    const { code, stderr } = await run;
    expect(code).toBe(5);
    expect(stderr.replace(/\n/g, " ")).toMatch(message);
    // At most what was about to start when the next record came.
    expect(endpoint.counts.calls - asked).toBeLessThan(30);
    expect(
      readdirSync(cwd).filter((name) => name === "run" && readdirSync(join(cwd, name)).length > 0),
    ).toEqual([]);
  });

  test("one that was moved resumes at its new place", async () => {
    const endpoint = await serve({ latencyMs: 20 });
    const cwd = workFolder();
    const words = runWords(cwd, endpoint, 30);
    const run = runHere(words, { cwd });
    await endpoint.until(({ answered }) => answered >= 20);
    renameSync(join(cwd, "run"), join(cwd, "moved"));
    expect((await run).code).toBe(5);
    const kept = recordsIn(join(cwd, "moved")).length;
    expect(kept).toBeGreaterThan(0);
    expect(
      await runHere(words.map((word) => (word === "run" ? "moved" : word)).with(0, "run"), { cwd }),
    ).toMatchObject({
      code: 0,
    });
    expect(recordsIn(join(cwd, "moved"))).toHaveLength(90);
  });
});

/** Runs a line of sh that finds the command as `$ASSAY`. */
function shell(line: string, cwd: string) {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], {
    cwd,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      ASSAY_HOME: join(cwd, ".assay"),
      ASSAY: `${process.execPath} ${cliPath()}`,
    },
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

const linux = process.platform === "linux";

describe.skipIf(!linux)(
  "what cannot be written or opened is said once, with the right code (needs Linux)",
  () => {
    test("a full disk under stdout: 2 where nothing was called, 3 where a run is kept; stderr is no reason to fail", async () => {
      const { cwd, words } = await finishedRun();
      for (const line of ["score run", "score run --json", "--help", "--version"]) {
        const { code, stderr } = shell(`$ASSAY ${line} > /dev/full`, cwd);
        expect([line, code]).toEqual([line, 2]);
        expect(stderr.match(/the output cannot be written \(ENOSPC/g)).toHaveLength(1);
      }
      expect(shell(`$ASSAY ${words.join(" ")} --quiet > /dev/full`, cwd)).toMatchObject({ code: 3 });
      expect(shell("$ASSAY score run 2> /dev/full", cwd)).toMatchObject({ code: 0 });
    });

    test("a full disk under --log-file is refused before the first call", async () => {
      const endpoint = await serve();
      const cwd = workFolder();
      const words = [...runWords(cwd, endpoint), "--log-file", "/dev/full"];
      const { code, stderr } = await runHere(words, { cwd });
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/log file \/dev\/full cannot/),
      });
      expect(endpoint.counts.calls).toBe(0);
    });

    test("too few open files are refused before anything; with a few more, fewer calls are made at once", async () => {
      const endpoint = await serve({ latencyMs: 5 });
      const cwd = workFolder();
      const words = runWords(cwd, endpoint, 40).map((word) => (word === "4" ? "300" : word));
      const refused = shell(`ulimit -n 64; $ASSAY ${words.join(" ")}`, cwd);
      expect(refused).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/may open 64 files .*192 are needed/),
      });
      expect(endpoint.counts.calls).toBe(0);
      const child = spawn(
        "sh",
        ["-c", `ulimit -n 192; exec ${process.execPath} ${cliPath()} ${words.join(" ")}`],
        {
          cwd,
          env: { PATH: process.env.PATH, HOME: cwd },
          stdio: "ignore",
        },
      );
      expect(await new Promise((done) => child.on("close", done))).toBe(0);
      expect(endpoint.counts.peakInFlight).toBeLessThanOrEqual(76);
    });

    test("a folder where none can be made", async () => {
      const { cwd } = await finishedRun();
      for (const line of [
        "run --suite suite.yaml --model a --judge j --base-url http://127.0.0.1:1/v1 --out /proc/x",
        "export run --format fastchat --out /proc/x",
        "export run --format alpaca-eval --out /proc/x",
        "report run --out /proc/x",
        "report run --site /proc/x",
        "report run --out suite.yaml/x",
        "merge run --out /proc/x",
        "init --out /proc/x/a.yaml",
        "data fetch mt-bench --data-dir /proc/x",
      ]) {
        const { code, stderr } = await runHere(line.split(" "), { cwd });
        expect([line, code]).toEqual([line, 2]);
        expect(stderr).not.toMatch(/unexpected error/);
        expect(stderr.split("\n").length).toBeLessThan(5);
      }
    });

    test("`score` of a run folder that cannot be written to prints the figures and says that it does not keep them", async () => {
      const { cwd } = await finishedRun();
      rmSync(join(cwd, "run", "scores.json"));
      mkdirSync(join(cwd, "run", "scores.json", "taken"), { recursive: true });
      const { code, stdout, stderr } = await runHere(["score", "run", "--json"], { cwd });
      expect([code, JSON.parse(stdout).schema]).toEqual([0, "assay.scores/1"]);
      expect(stderr).toMatch(/scores\.json: cannot be written .* shown and not kept/);
    });

    test("a line of a gigabyte is named, with bounded memory", async () => {
      const { cwd, words } = await finishedRun();
      truncateSync(join(cwd, "run", "answers", "a.jsonl"), 1 << 30);
      const report = "process.on('exit', () => process._rawDebug('rss ' + process.resourceUsage().maxRSS))";
      const node = ["--import", `data:text/javascript,${encodeURIComponent(report)}`];
      const { code, stderr } = await runAssay(["score", "run"], { cwd, node });
      expect([code, /a\.jsonl:4: the line holds more than 256 MB/.test(stderr)]).toEqual([2, true]);
      expect(Number(/rss (\d+)/.exec(stderr)?.[1])).toBeLessThan(900_000);
      expect(await runHere(words, { cwd })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/a\.jsonl/),
      });
    });
  },
);

describe.skipIf(!linux)("a second signal ends everything within two seconds (needs Linux for FIFOs)", () => {
  const isJudging = (call: ModelCall) => judgeReply(call) !== undefined;

  async function endTwice(child: ReturnType<typeof startAssay>, signal: NodeJS.Signals): Promise<number> {
    child.child.kill(signal);
    await Promise.race([child.saying("stopping"), child.ended]);
    const from = performance.now();
    child.child.kill(signal);
    const { code, signal: by } = await child.ended;
    // A process that a signal ended is 128 and its number to a shell, as one that ended by itself.
    expect(by ?? code).toBe(by === null ? (signal === "SIGTERM" ? 143 : 130) : signal);
    return performance.now() - from;
  }

  test.each(["SIGINT", "SIGTERM"] as const)("asking, %s", async (signal) => {
    const endpoint = await serve({ latencyMs: 600_000 });
    const cwd = workFolder();
    const run = startAssay(runWords(cwd, endpoint), { cwd });
    await endpoint.until(({ calls }) => calls >= 4);
    expect(await endTwice(run, signal)).toBeLessThan(2_000);
  });

  test("asking a module that never listens", async () => {
    const cwd = workFolder();
    const module =
      "export default () => ({ generate: () => process.stderr.write('asked') && new Promise(() => setInterval(() => {}, 1000)) });";
    writeFileSync(join(cwd, "m.mjs"), module);
    writeFileSync(join(cwd, "assay.yaml"), "models: [{ id: m, adapter: ./m.mjs }]\n");
    const words = [
      "answer",
      "assay.yaml",
      "--suite",
      writeSuite(cwd, 3),
      "--out",
      "run",
      "--log-file",
      "log",
    ];
    const run = startAssay(words, { cwd });
    await run.saying("asked");
    expect(await endTwice(run, "SIGINT")).toBeLessThan(2_000);
  });

  test("judging", async () => {
    const endpoint = await serve({ latencyMs: (call) => (isJudging(call) ? 600_000 : 1) });
    const cwd = workFolder();
    const run = startAssay(runWords(cwd, endpoint), { cwd });
    await endpoint.until(({ answered, calls }) => answered >= 1 && calls - answered >= 4);
    expect(await endTwice(run, "SIGTERM")).toBeLessThan(2_000);
  });

  /** A file whose reader is as busy as one that computes: it hears nothing until something is written. */
  async function busyWith(fifo: string): Promise<{ readonly isRead: Promise<{ close(): Promise<void> }> }> {
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    return { isRead: open(fifo, "w") };
  }

  test("scoring and reporting", async () => {
    const { cwd } = await finishedRun();
    for (const words of [
      ["score", "run"],
      ["report", "run"],
      ["compare", "run", "run"],
    ]) {
      const fifo = join(cwd, "run", "suites", "z.json");
      const { isRead } = await busyWith(fifo);
      const command = startAssay(words, { cwd });
      const handle = await isRead;
      expect([words[0], (await endTwice(command, "SIGINT")) < 2_000]).toEqual([words[0], true]);
      await handle.close();
      rmSync(fifo);
    }
  });

  test("the figures of a run, after its last call", async () => {
    const cwd = workFolder();
    const fifo = join(cwd, "run", "suites", "z.json");

    const endpoint = await serve({ latencyMs: 20 });
    const command = startAssay(runWords(cwd, endpoint, 10), { cwd });
    await endpoint.until(({ calls }) => calls > 0);
    const handle = await (await busyWith(fifo)).isRead;
    expect(endpoint.counts.answered).toBe(40);
    expect(await endTwice(command, "SIGINT")).toBeLessThan(2_000);
    await handle.close();
  });
});
