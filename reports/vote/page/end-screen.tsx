import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
import type { Place } from "./session.js";
import type { SendingState } from "./vote-sender.js";

function minutes(ms: number): string {
  return countOf(Math.max(1, Math.round(ms / 60_000)), "minute");
}

/** What was done, and what is left to do with it. */
export function EndScreen({
  place,
  isEnd,
  sending,
  onDownload,
  onBack,
}: {
  readonly place: Place;
  /** False for a break in the middle. */
  readonly isEnd: boolean;
  readonly sending: SendingState | undefined;
  readonly onDownload: () => void;
  readonly onBack: () => void;
}): VNode {
  const votes = place.said.filter(({ winner }) => winner !== "skipped").length;
  const skips = place.said.length - votes;
  const spent = place.said.reduce((sum, { ms }) => sum + ms, 0);
  const counted = `${countOf(votes, "vote")}${skips > 0 ? `, ${skips} skipped` : ""}`;
  return (
    <section class="card end" tabIndex={-1}>
      <div>
        <p class="eyebrow">{isEnd ? "Done" : "Paused, the clock stands still"}</p>
        <h1>
          {isEnd
            ? `${counted} in ${minutes(spent)}: thank you`
            : `${place.pairsDone} of ${countOf(place.pairs, "pair")}, ${counted} so far`}
        </h1>
      </div>
      {sending === undefined ? (
        <>
          <p>
            {isEnd
              ? "Download your votes and send the file to whoever gave you this page. Until then they are only in this browser."
              : "You can close this page and go on later in the same browser, or download what you have: send that, or load it into this page in another browser."}
          </p>
          <div class="actions">
            {isEnd ? null : (
              <button type="button" class="primary" aria-keyshortcuts="p" onClick={onBack}>
                Go on
              </button>
            )}
            <button
              type="button"
              class={isEnd ? "primary" : ""}
              aria-keyshortcuts="Enter"
              disabled={place.said.length === 0}
              onClick={onDownload}
            >
              Download votes
            </button>
            {isEnd ? (
              <button type="button" aria-keyshortcuts="u" onClick={onBack}>
                Undo the last vote
              </button>
            ) : null}
          </div>
        </>
      ) : (
        <>
          <p>
            {sending.waiting === 0
              ? `All of them are saved on the server. ${isEnd ? "You may close this page." : "You can close this page and go on later in the same browser."}`
              : "The server does not have all of them yet: leave this page open."}
          </p>
          <div class="actions">
            <button type="button" class="primary" aria-keyshortcuts={isEnd ? "u" : "p"} onClick={onBack}>
              {isEnd ? "Undo the last vote" : "Go on"}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
