import type { VNode } from "preact";
import type { VerdictView } from "../view/records.js";
import { PhraseText } from "./parts.js";

const OUTCOME_LABELS: Readonly<Record<VerdictView["outcome"], string>> = {
  pass: "Pass",
  fail: "Fail",
  inconclusive: "Inconclusive",
  better: "Better",
  worse: "Worse",
  leading: "Clear lead",
  undecided: "Not settled",
  measured: "Measured",
  empty: "No figures",
  flagged: "Flagged",
};

/** How a finding came out, as a small label. */
export function Outcome({ outcome }: { readonly outcome: VerdictView["outcome"] }): VNode {
  return <span class={`outcome outcome-${outcome}`}>{OUTCOME_LABELS[outcome]}</span>;
}

/** A finding below the headline: how it came out, and what it means. */
export function Finding({ verdict }: { readonly verdict: VerdictView | undefined }): VNode | null {
  if (verdict === undefined) return null;
  return (
    <div class="finding">
      <Outcome outcome={verdict.outcome} />
      <p>
        <strong>
          <PhraseText phrase={verdict.sentence} />
        </strong>{" "}
        <PhraseText phrase={verdict.meaning} />
      </p>
    </div>
  );
}
