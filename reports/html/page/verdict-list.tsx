import type { VNode } from "preact";
import { countOf } from "../../../harness/core/count-of.js";
import type { ComparedAnswer } from "../../../harness/core/records.js";
import { formatFigure } from "../../view/format.js";
import type { ReadingVerdict } from "../../view/reading-records.js";
import { displayName } from "../../view/text.js";
import { Name } from "../parts.js";
import { ClampedText } from "./clamped-text.js";

function plainNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : formatFigure(value, "points");
}

/** The rewards that a preference comes from, each beside its model. */
function Rewards({ verdict }: { readonly verdict: ReadingVerdict }): VNode | null {
  const { outcome, a, b = "" } = verdict;
  if (outcome.kind !== "preference" || outcome.rewards === undefined) return null;
  const [first, second] = outcome.rewards;
  return (
    <span class="quiet">
      {" "}
      (rewards: <Name name={a} /> {plainNumber(first)}, <Name name={b} /> {plainNumber(second)})
    </span>
  );
}

/** How an answer stands to the right one. */
function ComparedText({ compared }: { readonly compared: ComparedAnswer }): VNode {
  if (compared.outcome === "unreadable")
    return (
      <span class="doubtful">
        wrong: <Name name={compared.reason} />
      </span>
    );
  return (
    <>
      <strong>{compared.outcome}</strong>: <Name name={compared.read} />
    </>
  );
}

/** A ranking, best first. */
function RankedText({ groups }: { readonly groups: readonly (readonly string[])[] }): VNode {
  return (
    <>
      ranks{" "}
      {groups.map((group, place) => (
        <span key={place}>
          {place === 0 ? null : " > "}
          {group.map((model, index) => (
            <span key={index}>
              {index === 0 ? null : " = "}
              <Name name={model} />
            </span>
          ))}
        </span>
      ))}
    </>
  );
}

/** What a verdict says, in a few words. */
function OutcomeText({ verdict }: { readonly verdict: Pick<ReadingVerdict, "a" | "b" | "outcome"> }): VNode {
  const { outcome } = verdict;
  switch (outcome.kind) {
    case "rating":
      if (outcome.compared !== undefined) return <ComparedText compared={outcome.compared} />;
      return (
        <strong>
          {plainNumber(outcome.rating)} of {outcome.highest ?? 10}
        </strong>
      );
    case "preference": {
      if (outcome.winner === "tie") return <strong>tie</strong>;
      const winner = outcome.winner === "a" ? verdict.a : (verdict.b ?? "");
      const weight = formatFigure(outcome.winner === "a" ? 1 - outcome.weightB : outcome.weightB, "points");
      return (
        <>
          prefers{" "}
          <strong>
            <Name name={winner} />
          </strong>
          {weight === "1.00" ? null : <span class="quiet"> (weight {weight})</span>}
        </>
      );
    }
    case "ranking":
      return <RankedText groups={outcome.groups} />;
    case "unreadable":
      return (
        <span class="doubtful">
          unreadable: <Name name={outcome.reason} />
        </span>
      );
    default:
      return (
        <span class="doubtful">
          {outcome.kind}: <Name name={outcome.reason} />
        </span>
      );
  }
}

function Replies({
  verdict,
  written,
}: {
  readonly verdict: ReadingVerdict;
  readonly written: boolean;
}): VNode {
  const { replacement } = verdict;
  const instead = replacement?.replies ?? [];
  return (
    <>
      {verdict.reasoning === undefined ? null : (
        <details class="hidden-reasoning">
          <summary>Hidden reasoning of the judge</summary>
          <ClampedText text={verdict.reasoning} written={written} cut={verdict.reasoningCut} />
        </details>
      )}
      {verdict.replies.map((reply, index) => (
        <div key={index}>
          {verdict.replies.length > 1 ? <p class="quiet">Reply {index + 1}</p> : null}
          {reply.trim() === "" ? (
            <p class="quiet">(an empty reply)</p>
          ) : (
            <ClampedText text={reply} written={written} cut={verdict.replyCuts?.[index]} />
          )}
        </div>
      ))}
      {instead.map((reply, index) => (
        <div key={`instead-${index}`}>
          <p class="quiet">
            <Name name={replacement?.judge ?? ""} />, in its place
          </p>
          <ClampedText text={reply} written={written} cut={replacement?.replyCuts?.[index]} />
        </div>
      ))}
    </>
  );
}

/** What the one said that stands in for a judge which failed. */
function InsteadText({ verdict }: { readonly verdict: ReadingVerdict }): VNode | null {
  const { replacement } = verdict;
  if (replacement === undefined) return null;
  const { judge, outcome } = replacement;
  return (
    <span>
      ; in its place <Name name={judge} />: <OutcomeText verdict={{ ...verdict, outcome }} />
    </span>
  );
}

/** One verdict: a line that opens into the judge's own words. */
export function VerdictDetails({
  verdict,
  title,
  written,
  severalProtocols,
}: {
  readonly verdict: ReadingVerdict;
  readonly title: VNode | string;
  readonly written: boolean;
  readonly severalProtocols: boolean;
}): VNode {
  const head = (
    <>
      {title} <OutcomeText verdict={verdict} />
      <Rewards verdict={verdict} />
      <InsteadText verdict={verdict} />
      {severalProtocols ? (
        <span class="quiet protocol" title={displayName(verdict.protocol)}>
          {" "}
          <Name name={verdict.protocol.split("@")[0] ?? ""} />
        </span>
      ) : null}
    </>
  );
  const said = verdict.replies.length + (verdict.replacement?.replies.length ?? 0);
  if (said === 0 && verdict.reasoning === undefined) return <p class="verdict">{head}</p>;
  return (
    <details class="verdict">
      <summary>{head}</summary>
      <div class="verdict-body">
        <Replies verdict={verdict} written={written} />
      </div>
    </details>
  );
}

interface PairGroup {
  readonly models: readonly [string, string];
  readonly verdicts: readonly ReadingVerdict[];
}

function groupPairs(verdicts: readonly ReadingVerdict[]): readonly PairGroup[] {
  const groups = new Map<string, { models: [string, string]; verdicts: ReadingVerdict[] }>();
  for (const verdict of verdicts) {
    const b = verdict.b ?? "";
    const models: [string, string] = verdict.order === 2 ? [b, verdict.a] : [verdict.a, b];
    const key = JSON.stringify([verdict.trial, ...[...models].sort()]);
    const group = groups.get(key) ?? { models, verdicts: [] };
    group.verdicts.push(verdict);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Verdicts of one turn over pairs, both orders of a pair together. */
export function PairVerdicts({
  verdicts,
  written,
  severalProtocols,
}: {
  readonly verdicts: readonly ReadingVerdict[];
  readonly written: boolean;
  readonly severalProtocols: boolean;
}): VNode | null {
  if (verdicts.length === 0) return null;
  return (
    <div class="pair-verdicts">
      {verdicts
        .filter((verdict) => verdict.ranked !== undefined)
        .map((verdict, index) => (
          <div key={`ranking-${index}`} class="pair-verdict">
            <p class="pair-title">
              Ranking of {countOf(verdict.ranked?.length ?? 0, "answer")}{" "}
              <span class="quiet">
                shown in the order {verdict.ranked?.map((model) => displayName(model)).join(", ")}
                {verdict.trial === 1 ? null : `, trial ${verdict.trial}`}
              </span>
            </p>
            <VerdictDetails
              verdict={verdict}
              written={written}
              severalProtocols={severalProtocols}
              title=""
            />
          </div>
        ))}
      {groupPairs(verdicts.filter((verdict) => verdict.ranked === undefined)).map((group, index) => (
        <div key={index} class="pair-verdict">
          <p class="pair-title">
            <Name name={group.models[0]} /> <span class="quiet">against</span> <Name name={group.models[1]} />
          </p>
          {group.verdicts.map((verdict, place) => (
            <VerdictDetails
              key={place}
              verdict={verdict}
              written={written}
              severalProtocols={severalProtocols}
              title={
                <span class="quiet">
                  <Name name={verdict.a} /> shown first:
                </span>
              }
            />
          ))}
        </div>
      ))}
    </div>
  );
}
