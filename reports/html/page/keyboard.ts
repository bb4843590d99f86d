/** What a key asks for. */
export type Command = "next" | "previous" | "difference" | "search" | "help";

const KEYS: Readonly<Record<string, Command>> = {
  j: "next",
  k: "previous",
  d: "difference",
  "/": "search",
  "?": "help",
};

const KEY = "assay-report-shortcuts";
const listeners = new Set<(command: Command) => void>();

function keptOff(): boolean {
  try {
    return window.localStorage.getItem(KEY) === "off";
  } catch {
    return false;
  }
}

let enabled = !keptOff();

/** Whether single keys are listened to; people who dictate need to switch them off (WCAG 2.1.4). */
export function shortcutsEnabled(): boolean {
  return enabled;
}

/** Switches single keys on or off and keeps the choice where the browser allows it. */
export function enableShortcuts(on: boolean): void {
  enabled = on;
  try {
    window.localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // Then it lasts as long as the page.
  }
}

/** Calls back for every command given by key; returns what stops it. */
export function onCommand(listener: (command: Command) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], dialog") !== null
  );
}

/** Listens to single keys outside of fields and dialogs. */
export function startKeyboard(): void {
  document.addEventListener("keydown", (event) => {
    const command = KEYS[event.key];
    if (!enabled || command === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    event.preventDefault();
    for (const listener of [...listeners]) listener(command);
  });
}
