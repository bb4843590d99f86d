import type { VNode } from "preact";
import { render } from "preact";
import { enableShortcuts, shortcutsEnabled } from "./keyboard.js";

/** Keys as they are shown, with what they do. */
export type Shortcuts = readonly (readonly [string, string])[];

const REPORT_SHORTCUTS: Shortcuts = [
  ["j", "Next question"],
  ["k", "Previous question"],
  ["/", "Search the answers"],
  ["d", "Word difference of two answers"],
  ["?", "This list"],
];

function Help({ shortcuts }: { readonly shortcuts: Shortcuts }): VNode {
  return (
    <>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="shortcuts">
        {shortcuts.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          defaultChecked={shortcutsEnabled()}
          onChange={(event) => enableShortcuts(event.currentTarget.checked)}
        />{" "}
        Listen to single keys
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </>
  );
}

/** Opens the list of shortcuts as a dialog; Escape closes it and focus returns to where it was. */
export function openHelp(shortcuts: Shortcuts = REPORT_SHORTCUTS): void {
  let dialog = document.querySelector<HTMLDialogElement>("dialog.help");
  if (dialog === null) {
    dialog = document.createElement("dialog");
    dialog.className = "help";
    dialog.setAttribute("aria-labelledby", "help-title");
    document.body.append(dialog);
    render(<Help shortcuts={shortcuts} />, dialog);
  }
  if (!dialog.open) dialog.showModal();
}
