import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { seriesStyle } from "../../charts/chart-theme.js";
import { displayName } from "../../view/text.js";
import { Name } from "../parts.js";
import type { SeriesChoice } from "./series-choice.js";
import { chartTheme } from "./theme.js";

const POINT_PATHS: Readonly<Record<string, string>> = {
  circle: "M15 3.5a3.5 3.5 0 1 0 .01 0z",
  rect: "M11.5 3.5h7v7h-7z",
  triangle: "M15 2.5l4.2 7.5h-8.4z",
  rectRot: "M15 2.5l4.5 4.5-4.5 4.5-4.5-4.5z",
  star: "M15 2.5v9M10.5 7h9M11.8 3.8l6.4 6.4M18.2 3.8l-6.4 6.4",
  crossRot: "M11.5 3.5l7 7M18.5 3.5l-7 7",
};

/** Line, dash and point of a series, as the chart draws them. */
function SeriesMark({ slot }: { readonly slot: number }): VNode {
  const style = seriesStyle(chartTheme(), slot);
  return (
    <svg class="series-mark" width="30" height="14" aria-hidden="true" focusable="false">
      <line
        x1="0"
        x2="30"
        y1="7"
        y2="7"
        stroke={style.color}
        stroke-width="2"
        stroke-dasharray={style.dash.join(" ")}
      />
      <path
        d={POINT_PATHS[String(style.pointStyle)] ?? POINT_PATHS.circle}
        fill="var(--surface)"
        stroke={style.color}
        stroke-width="2"
      />
    </svg>
  );
}

/** With more models than this, those that are not shown wait behind a button. */
const LISTED_MODELS = 10;

/** Legend of a chart: a toggle for each model. */
export function Legend({ choice, label }: { readonly choice: SeriesChoice; readonly label: string }): VNode {
  // Those shown at first stay listed, so that a chip that is switched off does not vanish under the pointer.
  const [listed, setListed] = useState(() =>
    choice.models.length <= LISTED_MODELS
      ? choice.models
      : choice.models.filter((model) => choice.slotOf(model) !== -1),
  );
  const hidden = choice.models.length - listed.length;
  return (
    <fieldset class="legend" aria-label={`Models in ${label}`}>
      {listed.map((model) => {
        const slot = choice.slotOf(model);
        return (
          <button
            key={model}
            type="button"
            class="chip"
            aria-pressed={slot !== -1}
            title={displayName(model)}
            onClick={() => choice.toggle(model)}
          >
            {slot === -1 ? <span class="series-off" aria-hidden="true" /> : <SeriesMark slot={slot} />}
            <Name name={model} />
          </button>
        );
      })}
      {hidden === 0 ? null : (
        <button type="button" class="chip plain-chip" onClick={() => setListed(choice.models)}>
          {hidden} more
        </button>
      )}
    </fieldset>
  );
}
