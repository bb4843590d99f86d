import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import type { PolicyLine, PolicyResult } from "../../harness/core/policy.js";
import { formatTrimmed } from "../../harness/core/shown-number.js";
import { policyTitle, worstLines } from "../policy-figures.js";
import { displayName } from "../view/text.js";
import { ScrolledTable } from "./data-table.js";
import { Name } from "./parts.js";

const CLASSES = { GO: "pass", "NO-GO": "fail", INCONCLUSIVE: "inconclusive" } as const;
const WORDS: Readonly<Record<PolicyLine["outcome"], string>> = {
  pass: "Holds",
  fail: "Broken",
  inconclusive: "Open",
};

/** How a gate policy came out for one candidate: the sentence, then each limit with the reason. */
export function PolicyCard({ result }: { readonly result: PolicyResult }): VNode {
  const title = policyTitle(result);
  return (
    <article class="card policy">
      <header class="card-head">
        <div>
          <h2>
            Policy: <Name name={title} />
          </h2>
          <p class="quiet">
            {countOf(result.decidedTogether, "required limit")} decided together (Holm), at{" "}
            {formatTrimmed(result.level)}%
          </p>
        </div>
        <span class={`outcome outcome-${CLASSES[result.outcome]}`}>{result.outcome}</span>
      </header>
      <p>
        <strong>{displayName(result.sentence)}</strong>
      </p>
      <ScrolledTable
        label={`Limits of the policy for ${displayName(title)}`}
        class="stacked"
        rows={worstLines(result)}
        columns={[
          {
            head: "Outcome",
            cell: ({ outcome }) => <span class={`outcome outcome-${outcome}`}>{WORDS[outcome]}</span>,
          },
          { head: "Limit", name: (line) => line.name },
          { head: "Tier", label: "Tier", cell: (line) => line.tier },
          { head: "Why", cellClass: "sentence", cell: (line) => displayName(line.message) },
        ]}
      />
    </article>
  );
}
