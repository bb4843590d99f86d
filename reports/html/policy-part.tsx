import type { VNode } from "preact";
import { countOf } from "../../harness/core/count-of.js";
import type { PolicyLine, PolicyResult } from "../../harness/core/policy.js";
import { formatTrimmed } from "../../harness/core/shown-number.js";
import { policyTitle, worstLines } from "../policy-figures.js";
import { displayName } from "../view/text.js";
import { Name, NameHead, ScrollTable } from "./parts.js";

const CLASSES = { GO: "pass", "NO-GO": "fail", INCONCLUSIVE: "inconclusive" } as const;
const WORDS: Readonly<Record<PolicyLine["outcome"], string>> = {
  pass: "Holds",
  fail: "Broken",
  inconclusive: "Open",
};

function Line({ line }: { readonly line: PolicyLine }): VNode {
  return (
    <tr>
      <td>
        <span class={`outcome outcome-${line.outcome}`}>{WORDS[line.outcome]}</span>
      </td>
      <NameHead name={line.name} />
      <td data-label="Tier">{line.tier}</td>
      <td class="sentence">{displayName(line.message)}</td>
    </tr>
  );
}

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
      <ScrollTable label={`Limits of the policy for ${displayName(title)}`}>
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col">Limit</th>
              <th scope="col">Tier</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {worstLines(result).map((line, index) => (
              <Line key={index} line={line} />
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </article>
  );
}
