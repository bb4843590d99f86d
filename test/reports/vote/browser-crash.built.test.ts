import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { renderVotePage } from "../../../reports/vote/render.js";
import { CHROMIUM } from "../html/html-browser.js";
import { sampleBallot } from "./sample-ballot.js";

describe.skipIf(CHROMIUM === undefined)("a browser that dies (needs Chromium; set ASSAY_CHROMIUM)", () => {
  const profile = mkdtempSync(join(tmpdir(), "assay-profile-"));
  const running: ChildProcess[] = [];
  const kill = ({ pid }: ChildProcess) => process.kill(-Number(pid), "SIGKILL");

  afterAll(async () => {
    for (const child of running) if (child.exitCode === null && child.signalCode === null) kill(child);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Starts a browser with a profile that outlives it; Playwright's own would end it gently. */
  async function start(): Promise<{ readonly browser: Browser; readonly child: ChildProcess }> {
    const portFile = join(profile, "DevToolsActivePort");
    rmSync(portFile, { force: true });
    const flags = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
    ];
    const child = spawn(
      CHROMIUM ?? "",
      [...flags, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
      { stdio: "ignore", detached: true },
    );
    running.push(child);
    const port = () => {
      try {
        return /^(\d+)\n\//.exec(readFileSync(portFile, "utf8"))?.[1];
      } catch {
        return undefined;
      }
    };
    await expect.poll(port, { timeout: 60_000 }).toBeDefined();
    return { browser: await chromium.connectOverCDP(`http://127.0.0.1:${port()}`), child };
  }

  it("has kept every vote that the page called saved", async () => {
    const file = join(profile, "vote.html");
    writeFileSync(file, await renderVotePage(sampleBallot(5)));
    const first = await start();
    const page = await (first.browser.contexts()[0] ?? (await first.browser.newContext())).newPage();
    await page.goto(pathToFileURL(file).href);
    await page.locator("#voter").fill("anna");
    await page.keyboard.press("Enter");
    for (const where of ["Turn 2", "Turn 1", "Turn 2"]) {
      await page.locator('main[data-open="true"]').waitFor();
      await page.keyboard.press("1");
      await page.locator(".which", { hasText: where }).waitFor();
    }
    await page.getByText("Saved").waitFor();
    const ended = new Promise((resolve) => first.child.on("exit", resolve));
    kill(first.child);
    await ended;

    const second = await start();
    const again = await (second.browser.contexts()[0] ?? (await second.browser.newContext())).newPage();
    await again.goto(pathToFileURL(file).href);
    await again.getByRole("button", { name: "anna 1 of 6 done" }).click();
    expect(await again.locator(".which").innerText()).toContain("Turn 2");
  });
});
