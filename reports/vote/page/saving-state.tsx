import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
import type { SendingState } from "./vote-sender.js";

/** How safe the votes are. */
export interface Saving {
  /** Rows that the browser is writing. */
  readonly writing: number;
  /** Whether the browser refused to keep a row. */
  readonly refused: boolean;
  /** Undefined where votes go into a file. */
  readonly sending: SendingState | undefined;
}

/** Whether votes would be lost with the page. */
export function isAtRisk({ refused, sending }: Saving): boolean {
  return refused && (sending === undefined || sending.waiting > 0);
}

/** One word on how safe the votes are, in the page's head. */
export function SavingWord({ saving, votes }: { readonly saving: Saving; readonly votes: number }): VNode {
  const { writing, refused, sending } = saving;
  if (sending !== undefined && sending.waiting > 0)
    return (
      <span class="saving">
        {sending.problem === undefined ? "Saving…" : `${sending.waiting} not sent yet`}
      </span>
    );
  if (sending === undefined && refused) return <span class="saving doubtful">Not kept</span>;
  if (sending === undefined && writing > 0) return <span class="saving">Saving…</span>;
  return <span class="saving">{votes === 0 ? "" : "Saved"}</span>;
}

/** What a voter must know when votes are not safe. */
export function SavingProblem({
  saving,
  onDownload,
}: {
  readonly saving: Saving;
  readonly onDownload: () => void;
}): VNode | null {
  const { refused, sending } = saving;
  if (sending?.problem !== undefined) {
    return (
      <div class="problem" role="alert">
        <p>
          <strong>{countOf(sending.waiting, "vote is", "votes are")} not on the server yet:</strong>{" "}
          {sending.problem}. {refused ? "Keep this page open" : "They are kept in this browser"}; it tries
          again by itself. You can go on voting.
        </p>
        <button type="button" onClick={onDownload}>
          Download them
        </button>
      </div>
    );
  }
  if (!refused || sending !== undefined) return null;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>This browser does not keep your votes:</strong> its storage is full or switched off. They are
        lost when this page is closed or loaded again. Download them before that.
      </p>
      <button type="button" onClick={onDownload}>
        Download now
      </button>
    </div>
  );
}
