import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVotes } from "../../harness/store/votes.js";
import { runHere } from "../cli/command-runner.js";
import { axeViolations, CHROMIUM, closePages, launch } from "../reports/html/html-browser.js";
import { type RunningCommand, startAssay, workFolder } from "./command.js";

interface Serving extends RunningCommand {
  readonly address: string;
}

const started: RunningCommand[] = [];

/** Starts `assay vote serve` and waits for the address that it prints. */
async function serve(run: string, port: number): Promise<Serving> {
  const running = startAssay(
    ["vote", "serve", run, "--pairs", "6", "--repeats", "0", "--host", "127.0.0.1", "--port", String(port)],
    { cwd: join(run, "..") },
  );
  let said = "";
  running.child.stderr?.on("data", (text) => {
    said += text;
  });
  await running.saying("vote: open ");
  started.push(running);
  const [address = ""] = /http:\S+\//.exec(said) ?? [];
  return { ...running, address };
}

/** A voter in a browser of their own; `acknowledged` are the ids of votes that the server said are saved. */
async function voter(browser: Browser, address: string, name: string) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  const acknowledged = new Set<string>();
  const requests = new Set<string>();
  page.on("request", (request) =>
    requests.add(new URL(request.url()).pathname.split("/").slice(2).join("/")),
  );
  page.on("response", (response) => {
    const body = response.request().postDataJSON();
    if (response.status() === 200 && body !== null)
      for (const { vote_id } of body.rows) acknowledged.add(vote_id);
  });
  await page.goto(address);
  await page.locator("#voter").fill(name);
  await page.keyboard.press("Enter");
  await page.locator(".pair:not([hidden])").waitFor();
  return { page, acknowledged, requests, close: () => context.close() };
}

async function press(page: Page, key: string): Promise<void> {
  const where = () =>
    page.locator("progress, .which").evaluateAll((all) => all.map((one) => one.outerHTML).join());
  await page.locator('main[data-open="true"]').waitFor();
  const before = await where();
  await page.keyboard.press(key);
  await expect.poll(where).not.toBe(before);
}

describe.skipIf(CHROMIUM === undefined)("assay vote serve (needs Chromium; set ASSAY_CHROMIUM)", () => {
  let browser: Browser;
  let run: string;

  beforeAll(async () => {
    browser = await launch();
    const folder = workFolder();
    run = join(folder, "quickstart");
    const made = await runHere(["quickstart", "--out", run, "--quiet"], { cwd: folder });
    expect(made.code).toBe(0);
  });
  afterAll(async () => {
    for (const { child } of started) child.kill("SIGKILL");
    await closePages(browser);
  });

  it("loses no vote of two voters when it is killed in the middle, and goes on under the same address", async () => {
    const first = await serve(run, 0);
    const port = Number(new URL(first.address).port);
    const voters = await Promise.all(["anna", "ben"].map((name) => voter(browser, first.address, name)));
    const [anna, ben] = voters as [(typeof voters)[number], (typeof voters)[number]];
    const each = (keys: readonly string[]) =>
      Promise.all(
        voters.map(async ({ page }) => {
          for (const key of keys) await press(page, key);
        }),
      );
    await each(["1", "2", "3"]);
    await expect
      .poll(() => Math.min(anna.acknowledged.size, ben.acknowledged.size))
      .toBeGreaterThanOrEqual(2);
    // No warning, in the midst of votes.
    const voting = each(["4", "1"]);
    first.child.kill("SIGKILL");
    await first.ended;
    const promised = new Set(voters.flatMap(({ acknowledged }) => [...acknowledged]));
    const onDisk = new Set(readVotes(run).votes.map(({ id }) => id));
    expect([...promised].filter((id) => !onDisk.has(id))).toEqual([]);
    expect(promised.size).toBeGreaterThanOrEqual(4);

    // Voters go on without it, and one loads what is left of the page again in vain.
    await voting;
    await each(["2"]);
    await anna.page.getByText("not on the server yet").waitFor();
    expect(await axeViolations(anna.page)).toEqual([]);

    const second = await serve(run, port);
    expect(second.address).toBe(first.address);
    await ben.page.reload();
    await ben.page.getByRole("button", { name: /^ben 3 of 6 done/ }).click();
    await each(["1", "1", "1", "1", "1", "5"]);
    for (const { page } of voters) await page.getByText("All of them are saved on the server").waitFor();
    await anna.page.keyboard.press("u");
    await press(anna.page, "2");
    await anna.page.getByText("All of them are saved on the server").waitFor();

    second.child.kill("SIGINT");
    const ended = await second.ended;
    expect(ended.code).toBe(130);
    expect(ended.stdout).toContain("23 votes on 12 answer pairs");
    const { votes, skips } = readVotes(run);
    expect(votes.map(({ repeat }) => repeat)).toEqual(Array(23).fill(0));
    expect(votes.filter(({ voter }) => voter === "anna").map(({ winner }) => winner)).toEqual([
      "a",
      "b",
      "tie",
      "both-bad",
      "a",
      "b",
      "a",
      "a",
      "a",
      "a",
      "a",
      "b",
    ]);
    expect(skips.map(({ voter }) => voter)).toEqual(["ben"]);
    for (const { requests } of voters) expect([...requests].sort()).toEqual(["", "votes"]);
    await Promise.all(voters.map(({ close }) => close()));
  });

  it("keeps one who imports from writing at the same time", async () => {
    const serving = await serve(run, 0);
    const { code, stderr } = await runHere(["vote", "import", run, join(run, "votes", "anna.jsonl")], {
      cwd: workFolder(),
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/in use by process \d+[\s\S]*stop it first/)]);
    serving.child.kill("SIGTERM");
    expect((await serving.ended).code).toBe(143);
  });
});
