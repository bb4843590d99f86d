import { h, render } from "preact";
import { parseLink } from "../deep-link.js";
import { mountChart } from "./chart-panel.js";
import { handleDownload } from "./downloads.js";
import { openHelp } from "./help-dialog.js";
import { onCommand, startKeyboard } from "./keyboard.js";
import { Reader } from "./reader.js";
import { nextTheme, startTheme } from "./theme.js";
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

async function startCharts(): Promise<void> {
  const view = await unpackView();
  const draw = [...document.querySelectorAll<HTMLElement>("[data-chart]")].map((figure) =>
    whenNear(
      figure,
      () => void mountChart(figure, view).catch((thrown: unknown) => showFigureFailure(figure, thrown)),
    ),
  );
  window.addEventListener("beforeprint", () => {
    for (const now of draw) now();
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

function showFigureFailure(figure: Element, thrown: unknown): void {
  showFailure(figure.querySelector(".chart-controls") ?? figure, thrown);
}

document.documentElement.classList.add("js");
startTheme();
startKeyboard();
startReading();
void startCharts();
