import { h, options, render } from "preact";
import { parseLink } from "../deep-link.js";
import type { PageView } from "../packed-data.js";
import { mountChart } from "./chart-panel.js";
import { handleDownload } from "./downloads.js";
import { openHelp } from "./help-dialog.js";
import { onCommand, startKeyboard } from "./keyboard.js";
import { Reader } from "./reader.js";
import { nextTheme, setPrinting, startTheme } from "./theme.js";
import { unpackIndex, unpackView } from "./unpack.js";

/** How far outside the window something may be when work on it starts. */
const AHEAD = "400px";

/** Runs work once when an element comes near the window, or when it is asked for before that. */
function whenNear(element: Element, work: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      work();
    },
    { rootMargin: AHEAD },
  );
  observer.observe(element);
  return () => {
    observer.disconnect();
    work();
  };
}

function showFailure(place: Element, thrown: unknown): void {
  place.textContent = `This part could not be shown: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  place.removeAttribute("aria-busy");
}

let reading: Promise<void> | undefined;

/** Puts the reader in its place; once. */
function startReader(place: Element): Promise<void> {
  reading ??= Promise.all([unpackIndex(), unpackView()]).then(
    ([index, view]) => {
      const compared = view.comparisons.flatMap(({ base, candidate }) => [base, candidate]).slice(0, 2);
      place.replaceChildren();
      place.removeAttribute("aria-busy");
      render(h(Reader, { index, compared }), place);
    },
    (thrown: unknown) => showFailure(place, thrown),
  );
  return reading;
}

function startReading(): void {
  const place = document.getElementById("reader");
  if (place === null) return;
  const now = whenNear(place, () => void startReader(place));
  const follow = () => {
    if (parseLink(window.location.hash) === undefined) return;
    void startReader(place).then(() => document.getElementById("answers")?.scrollIntoView());
  };
  if (parseLink(window.location.hash) !== undefined) follow();
  window.addEventListener("hashchange", () => {
    if (reading === undefined) follow();
  });
  onCommand((command) => {
    if (command === "help") openHelp();
    else if (command === "search") {
      void startReader(place).then(() => {
        const field = document.getElementById("reader-search");
        field?.scrollIntoView({ block: "center" });
        field?.focus();
      });
    } else if (reading === undefined) now();
  });
}

function drawFigure(figure: HTMLElement, view: PageView): void {
  try {
    mountChart(figure, view).catch((thrown: unknown) => showFigureFailure(figure, thrown));
  } catch (thrown) {
    showFigureFailure(figure, thrown);
  }
}

/** Does one work after the other while nobody waits for the page, so that it can be printed whole at any time. */
function whenIdle(works: readonly (() => void)[]): void {
  const [first, ...rest] = works;
  if (first === undefined) return;
  const next = () => {
    first();
    whenIdle(rest);
  };
  if ("requestIdleCallback" in window) window.requestIdleCallback(next, { timeout: 2_000 });
  else globalThis.setTimeout(next, 200);
}

/** Characters of a packed part that takes longer to unpack than a page may keep its reader waiting. */
const LONG_PART = 200_000;

/** Resolves when the page is shown, where its data take long to unpack; else at once. */
async function shownFirst(): Promise<void> {
  const packed = document.getElementById("data-view")?.textContent?.length ?? 0;
  if (packed >= LONG_PART)
    await new Promise<void>((go) => window.requestAnimationFrame(() => window.setTimeout(go)));
}

async function startCharts(): Promise<void> {
  await shownFirst();
  const view = await unpackView();
  const draw = [...document.querySelectorAll<HTMLElement>("[data-chart]")].map((figure) =>
    whenNear(figure, () => drawFigure(figure, view)),
  );
  whenIdle(draw);
  window.addEventListener("afterprint", () => setPrinting(false));
  window.addEventListener("beforeprint", () => {
    atOnce(() => {
      setPrinting(true);
      for (const now of draw) now();
    });
    for (const details of document.querySelectorAll<HTMLDetailsElement>("#trust details, .full")) {
      details.open = true;
    }
  });
  document.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-action]") : null;
    if (button === null) return;
    if (button.dataset.action === "theme") nextTheme();
    else if (button.dataset.action === "help") openHelp();
    else void handleDownload(button, view);
  });
}

/** Does what changes a component without the wait in which further changes would be gathered. */
function atOnce(work: () => void): void {
  options.debounceRendering = (render) => render();
  try {
    work();
  } finally {
    delete options.debounceRendering;
  }
}

function showFigureFailure(figure: Element, thrown: unknown): void {
  showFailure(figure.querySelector(".chart-controls") ?? figure, thrown);
}

document.documentElement.classList.add("js");
startTheme();
startKeyboard();
startReading();
void startCharts();
