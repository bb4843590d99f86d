import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runHere } from "../cli/command-runner.js";
import { startServer, type TestServer } from "../server/server.js";
import { startAssay, workFolder } from "./command.js";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A server whose batches take a few looks, and a command that runs two questions over them. */
async function prepare() {
  const statuses = [...Array<string>(4).fill("in_progress"), "finalizing"];
  server = await startServer({ batch: { statuses } });
  const cwd = workFolder();
  const questions = ["a", "b"].map((id) => ({ id, category: "x", turns: [`Why ${id}?`, `And ${id}?`] }));
  writeFileSync(join(cwd, "suite.yaml"), JSON.stringify({ questions }));
  const args = ["run", "--suite", "suite.yaml", "--model", "m", "--judge", "j", "--base-url", server.baseUrl];
  const flags = ["--batch", "--batch-poll", "0.05", "--out", "run", "--no-cache", "--format", "csv"];
  return { server, cwd, args: [...args, ...flags] };
}

const created = (at: TestServer) =>
  at.requests.filter((one) => one.method === "POST" && one.path === "/v1/batches").length;
const looks = (at: TestServer) =>
  at.requests.filter((one) => one.method === "GET" && one.path.startsWith("/v1/batches/batch_")).length;

test("a run that is killed while it waits for a batch follows the same batch when it is started again", async () => {
  const { server: at, cwd, args } = await prepare();
  const first = startAssay(args, { cwd });
  await expect.poll(() => looks(at), { timeout: 100_000 }).toBeGreaterThan(0);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(created(at)).toBe(1);
  const second = await runHere(args, { cwd });
  expect(second).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("2 requests are under way already"),
  });
  // Two turns and the judgments.
  expect(created(at)).toBe(3);
  expect(at.counts.calls).toBe(0);
  const manifest = JSON.parse(readFileSync(join(cwd, "run", "run.json"), "utf8"));
  expect(manifest).toMatchObject({ status: "complete", answers: { completed: 2 }, judgments: { judged: 4 } });
});

test("SIGINT leaves the batch running, says how to go on, and ends with 130", async () => {
  const { server: at, cwd, args } = await prepare();
  const first = startAssay(args, { cwd });
  await expect.poll(() => looks(at), { timeout: 100_000 }).toBeGreaterThan(0);
  first.child.kill("SIGINT");
  const ended = await first.ended;
  expect(ended.code).toBe(130);
  expect(ended.stderr).toContain(
    "batch_1 (answers of m) goes on at the endpoint; the same command picks it up",
  );
  const second = await runHere(args, { cwd });
  expect(second.code).toBe(0);
  expect(created(at)).toBe(3);
});
