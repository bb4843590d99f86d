import type { ChartTheme } from "../../charts/chart-theme.js";
import { darkTheme, lightTheme } from "../../charts/chart-theme.js";

/** What the reader chose: the system's colours, or one of the two. */
type Choice = "system" | "light" | "dark";

const KEY = "assay-report-colours";
const CHOICES: readonly Choice[] = ["system", "light", "dark"];
const LABELS: Readonly<Record<Choice, string>> = {
  system: "Colours: as the system",
  light: "Colours: light",
  dark: "Colours: dark",
};

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const print = window.matchMedia("print");
let isPrinting = false;
const listeners = new Set<() => void>();

/** Storage may be forbidden, as in files opened from a mail; then the choice lasts as long as the page. */
function stored(): Choice {
  try {
    const kept = window.localStorage.getItem(KEY);
    return CHOICES.find((choice) => choice === kept) ?? "system";
  } catch {
    return "system";
  }
}

let choice: Choice = stored();

function apply(): void {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const button of document.querySelectorAll('[data-action="theme"]')) {
    button.setAttribute("aria-label", LABELS[choice]);
    button.setAttribute("title", LABELS[choice]);
  }
  for (const listener of listeners) listener();
}

/** The theme that charts are drawn in at this moment; paper is always light. */
export function chartTheme(): ChartTheme {
  if (isPrinting || print.matches) return lightTheme;
  const isDark = choice === "dark" || (choice === "system" && dark.matches);
  return isDark ? darkTheme : lightTheme;
}

/** Calls back whenever {@link chartTheme} may have changed. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Moves on to the next choice of colours. */
export function nextTheme(): void {
  choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "system";
  try {
    window.localStorage.setItem(KEY, choice);
  } catch {
    // See stored().
  }
  apply();
}

/** Says that the page is being printed, or no longer; charts are drawn again. */
export function setPrinting(value: boolean): void {
  isPrinting = value;
  for (const listener of listeners) listener();
}

/** Applies the kept choice and follows the system. */
export function startTheme(): void {
  dark.addEventListener("change", apply);
  print.addEventListener("change", apply);
  apply();
}
