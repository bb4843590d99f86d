import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { openHelp, type Shortcuts } from "../../html/page/help-dialog.js";
import { listenToKeys } from "../../html/page/keyboard.js";
import { nextTheme } from "../../html/page/theme.js";
import { BesideScreen } from "./beside-screen.js";
import { linkTo, usePlace } from "./place.js";
import { RunScreen } from "./run-screen.js";
import { RunsScreen } from "./runs-screen.js";

const SHORTCUTS: Shortcuts = [
  ["/", "Search"],
  ["l", "The list of runs"],
  ["?", "This list"],
];

const KEYS: Readonly<Record<string, "search" | "list" | "help">> = { "/": "search", l: "list", "?": "help" };

function obey(command: "search" | "list" | "help"): boolean {
  if (command === "help") openHelp(SHORTCUTS);
  else if (command === "list") window.location.hash = linkTo({ screen: "runs" });
  else {
    const field = document.querySelector<HTMLInputElement>('input[type="search"]');
    field?.focus();
    return field !== null;
  }
  return true;
}

function Top(): VNode {
  return (
    <header class="top">
      <p class="brand">assay view</p>
      <nav aria-label="Pages">
        <ul>
          <li>
            <a href={linkTo({ screen: "runs" })}>Runs</a>
          </li>
        </ul>
      </nav>
      <div class="top-tools">
        <button type="button" data-action="theme" aria-label="Colours: as the system" onClick={nextTheme}>
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
            <circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5" />
            <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" fill="currentColor" />
          </svg>
        </button>
        <button type="button" aria-label="Keyboard shortcuts" onClick={() => openHelp(SHORTCUTS)}>
          ?
        </button>
      </div>
    </header>
  );
}

/** The viewer: its list of runs, one of them live, or two side by side. */
export function App(): VNode {
  const place = usePlace();
  useEffect(() => listenToKeys(KEYS, obey), []);
  useEffect(() => {
    window.scrollTo({ top: 0, behavior: "instant" });
    document.querySelector<HTMLElement>("main h1")?.focus();
  }, [linkTo(place)]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </button>
      <Top />
      <main id="main" tabIndex={-1}>
        {place.screen === "run" ? (
          <RunScreen key={place.run} run={place.run} />
        ) : place.screen === "beside" ? (
          <BesideScreen key={linkTo(place)} left={place.left} right={place.right} />
        ) : (
          <RunsScreen />
        )}
      </main>
    </>
  );
}
