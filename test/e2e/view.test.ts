import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../cli/command-runner.js";
import { axeViolations, CHROMIUM, closePages, launch } from "../reports/html/html-browser.js";
import { startServer, type TestServer } from "../server/server.js";
import { type RunningCommand, startAssay, workFolder } from "./command.js";

const QUESTIONS = 805;
/** A limit that only a hang reaches. */
const PATIENT = { timeout: 60_000 };
const HOSTILE = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>\u202e\u0007 & so on`;

/** Notes in the page how old each record is when it is shown; both ends are of one machine, and so of one clock. */
function noteDelays(): void {
  const delays: Record<string, number> = {};
  Object.assign(window, { delays });
  new MutationObserver(() => {
    for (const { dataset } of document.querySelectorAll<HTMLElement>(".records [data-at]")) {
      const key = dataset.question ?? "";
      delays[key] ??= Date.now() - Date.parse(dataset.at ?? "");
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

describe.skipIf(CHROMIUM === undefined)("assay view (needs Chromium; set ASSAY_CHROMIUM)", () => {
  let browser: Browser;
  let endpoint: TestServer;
  let viewer: RunningCommand;
  let page: Page;
  let address = "";
  const folder = workFolder();
  const complaints: string[] = [];
  const foreign: string[] = [];

  const run = (out: string) =>
    startAssay(
      [
        ...["answer", "--suite", "suite.jsonl", "--model", "m", "--base-url", endpoint.baseUrl],
        ...["--concurrency", "64", "--no-cache", "--quiet", "--out", out],
      ],
      { cwd: folder },
    );
  const done = async () =>
    Number(
      await page
        .locator(".line progress")
        .first()
        .getAttribute("value", { timeout: 30_000 })
        .catch(() => "0"),
    );

  beforeAll(async () => {
    endpoint = await startServer({ latencyMs: 200, reply: () => HOSTILE });
    const question = (_: unknown, index: number) =>
      `${JSON.stringify({ id: `q${index}`, category: "writing", turns: [`Question ${index}?`] })}\n`;
    writeFileSync(join(folder, "suite.jsonl"), Array.from({ length: QUESTIONS }, question).join(""));
    browser = await launch();
    viewer = startAssay(["view", folder, "--no-open"], { cwd: folder });
    let said = "";
    viewer.child.stderr?.on("data", (text) => {
      said += text;
    });
    await viewer.saying("view: open ");
    [address = ""] = /http:\S+\//.exec(said) ?? [];
    const context = await browser.newContext({ bypassCSP: false, viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(address)) foreign.push(request.url());
    });
    await page.addInitScript(noteDelays);
    await page.goto(address);
  });
  afterAll(async () => {
    viewer.child.kill("SIGKILL");
    await closePages(browser);
    await endpoint.close();
  });

  it("follows a live run of 805 questions at 64 calls at once, its death and its resumption", async () => {
    const first = run("live");
    await page.getByRole("link", { name: "live" }).click();
    await expect.poll(done, PATIENT).toBeGreaterThan(250);
    expect(await page.locator(".status").first().textContent()).toBe("running");
    first.child.kill("SIGKILL");
    await first.ended;
    await page.getByText("The run ended without a word").waitFor();
    const kept = await done();
    expect(kept).toBeLessThan(QUESTIONS);
    const second = run("live");
    await page.locator(".status-live").waitFor();
    expect((await second.ended).code).toBe(0);
    await page.locator(".status-good").waitFor();
    await expect.poll(done, PATIENT).toBe(QUESTIONS);
    const delays = Object.values(
      await page.evaluate(() => (window as unknown as { delays: Record<string, number> }).delays),
    ).sort((x, y) => x - y);
    expect(delays.length).toBeGreaterThan(100);
    expect(delays[Math.floor(delays.length * 0.9)]).toBeLessThan(1_000);
  });

  it("shows hostile answers as text, for everybody, on a phone too", async () => {
    await page.locator(".records button").first().click();
    const shown = page.locator("dialog.record-dialog[open] .plain").first();
    await shown.waitFor();
    expect(await shown.textContent()).toBe(HOSTILE.replace("\u202e", "⟪U+202E⟫").replace("\u0007", "\u2407"));
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("record");
    expect([await page.title(), await page.locator("main img, main script").count()]).toEqual([
      "assay view",
      0,
    ]);
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
    const context = await browser.newContext({
      bypassCSP: true,
      colorScheme: "dark",
      viewport: { width: 390, height: 800 },
    });
    const phone = await context.newPage();
    const place = new URL(page.url()).hash;
    for (const hash of ["", place]) {
      await phone.goto(address + hash);
      await phone
        .locator(hash === "" ? ".run-card" : ".records li")
        .first()
        .waitFor();
      expect(await axeViolations(phone)).toEqual([]);
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await phone.goto("about:blank");
    }
    await context.close();
  });

  it("lists runs with a search, opens the finished report, and lays two models side by side", async () => {
    const made = await runHere(["quickstart", "--out", join(folder, "sample"), "--quiet"], { cwd: folder });
    expect(made.code).toBe(0);
    cpSync(join(folder, "sample"), join(folder, "more", "copy"), { recursive: true });
    await page.keyboard.press("l");
    await page.getByRole("link", { name: "more/copy", exact: true }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("sample-judge copy");
    await expect.poll(() => page.locator(".run-card").count(), PATIENT).toBe(1);
    await page.getByLabel("Search runs").fill("");
    const [report] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Report of sample" }).click(),
    ]);
    // In its own origin, and at work all the same.
    await report.locator("#reader").scrollIntoViewIfNeeded();
    await report.locator("#reader .question-list").waitFor();
    expect(await report.evaluate(() => window.origin)).toBe("null");
    await report.close();
    await page.getByRole("checkbox", { name: /: sample$/ }).check();
    await page.getByRole("link", { name: "Lay side by side" }).click();
    const row = page.locator(".beside-row").first();
    await row.getByRole("button").click();
    await row.locator(".word-difference del").first().waitFor();
    expect(await row.locator(".verdicts .moved").count()).toBeGreaterThan(0);
    expect(await page.getByText(/of 24 answers changed/).count()).toBe(1);
    expect(complaints).toEqual([]);
    viewer.child.kill("SIGINT");
    expect((await viewer.ended).code).toBe(130);
    await page.getByRole("alert").waitFor();
  });
});
