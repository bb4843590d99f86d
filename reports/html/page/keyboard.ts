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

/**
 * Listens to single keys outside of fields and dialogs, for any page.
 * @param keys What each key, as `KeyboardEvent.key` names it, asks for.
 * @param obey Told once a key press, however long the key is held; false when the command makes no sense at this time.
 */
export function listenToKeys<Asked>(
  keys: Readonly<Record<string, Asked>>,
  obey: (command: Asked) => boolean,
): void {
  document.addEventListener("keydown", (event) => {
    const command = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!enabled || command === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    if (event.repeat || obey(command)) event.preventDefault();
  });
}

/** Listens to the keys of the report. */
export function startKeyboard(): void {
  listenToKeys(KEYS, (command) => {
    for (const listener of [...listeners]) listener(command);
    return true;
  });
}
