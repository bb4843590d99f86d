import type { VNode } from "preact";
import type { ComparisonView, MoverView } from "../view/records.js";
import { formatLink } from "./deep-link.js";
import { Figure, Name } from "./parts.js";

/** Movers that are shown at once on each side. */
const SHOWN_MOVERS = 5;

function Movers({
  title,
  movers,
  view,
}: {
  readonly title: string;
  readonly movers: readonly MoverView[];
  readonly view: ComparisonView;
}): VNode | null {
  if (movers.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ol class="movers">
        {movers.slice(0, SHOWN_MOVERS).map((mover) => (
          <li key={mover.questionId}>
            <a
              href={formatLink({
                suite: view.suite,
                question: mover.questionId,
                models: [view.base, view.candidate],
              })}
            >
              <span class="mover-delta">
                <Figure figure={mover.delta} />
              </span>
              <span class="mover-text">
                <span class="quiet">
                  <Name name={`${mover.questionId} · ${mover.category}`} />
                </span>
                {mover.text === "" ? null : <Name name={mover.text} />}
              </span>
              <span class="quiet nowrap">
                <Figure figure={mover.base} /> → <Figure figure={mover.candidate} />
              </span>
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Questions that moved most, both ways, each linked to its answers. */
export function MoversList({ view }: { readonly view: ComparisonView }): VNode | null {
  if (view.moversUp.length + view.moversDown.length === 0) return null;
  return (
    <div class="movers-part">
      <div class="movers-both">
        <Movers title="Gained most" movers={view.moversUp} view={view} />
        <Movers title="Lost most" movers={view.moversDown} view={view} />
      </div>
    </div>
  );
}
