import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import { chromium } from "playwright-core";

/** Where Chromium is, or undefined; tests that need it are skipped without. */
export const CHROMIUM = [
  process.env.ASSAY_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

let shared: Promise<Browser> | undefined;

/** A browser that asks nobody for anything. Starting one takes seconds, so all files of a worker share it; it ends with the worker. */
export async function launch(): Promise<Browser> {
  if (!(await shared)?.isConnected()) shared = startBrowser();
  return shared as Promise<Browser>;
}

/** Leaves the shared browser without a page, and forgets what was kept by them. */
export async function closePages(browser: Browser | undefined): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

function startBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      "--no-default-browser-check",
    ],
  });
}

/** A report opened from a file, with everything that it did besides being shown. */
export interface OpenedReport {
  readonly page: Page;
  readonly address: string;
  /** Console messages of warning or error, and uncaught errors. */
  readonly complaints: string[];
  /** Addresses that were asked for, the report's own aside. */
  readonly requests: string[];
  /** Dialogs that were opened. */
  readonly dialogs: string[];
  close(): Promise<void>;
}

function note(message: ConsoleMessage, complaints: string[]): void {
  if (message.type() === "error" || message.type() === "warning")
    complaints.push(`${message.type()}: ${message.text()}`);
}

/** Writes a report to a file of its own and opens it, at `hash` where given. */
export async function openReport(
  browser: Browser,
  html: string,
  options: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenedReport> {
  const { hash = "", ...contextOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), "assay-report-"));
  const file = join(folder, "index.html");
  await writeFile(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const dialogs: string[] = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => note(message, complaints));
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) requests.push(request.url());
  });
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(address + hash);
  return {
    page,
    address,
    complaints,
    requests,
    dialogs,
    close: async () => {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Scrolls through the whole page, so that everything that waits to come into view is there. */
export async function showEverything(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += window.innerHeight) {
      window.scrollTo({ top, behavior: "instant" });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
  });
  await page.waitForFunction(
    () =>
      document.querySelector("#reader[aria-busy]") === null &&
      [...document.querySelectorAll("[data-chart] canvas")].every((canvas) =>
        canvas.hasAttribute("data-drawn"),
      ),
  );
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
}

const AXE = "node_modules/axe-core/axe.min.js";

/** What axe-core finds wrong with a page as it stands; the page's policy must be bypassed. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`)
          .join(" | ")}`,
    );
  });
}
