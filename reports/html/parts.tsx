import type { ComponentChildren, VNode } from "preact";
import type { Phrase, ShownFigure, ShownInterval } from "../view/records.js";
import { displayName } from "../view/text.js";

/** A foreign name: made visible, isolated from the direction of the text around it, free to break. */
export function Name({ name }: { readonly name: string }): VNode {
  return <bdi class="name">{displayName(name)}</bdi>;
}

/** A figure with its exact value and where it came from, so that a reader or a test can check it. */
export function Figure({ figure, hint }: { readonly figure: ShownFigure; readonly hint?: string }): VNode {
  if (figure.value === null) {
    const why = figure.reason ?? "not available";
    return (
      <span class="none" title={why} data-from={figure.from}>
        <span aria-hidden="true">–</span>
        <span class="unseen">{displayName(why)}</span>
      </span>
    );
  }
  return (
    <data class="figure" value={String(figure.value)} data-from={figure.from} title={hint}>
      {figure.text}
    </data>
  );
}

/** An interval as `5.98 to 7.37`. */
export function IntervalText({ interval }: { readonly interval: ShownInterval | null }): VNode {
  if (interval === null) return <span class="none">no interval</span>;
  return (
    <span class="interval-text" title={`${interval.level}% interval: ${interval.method}`}>
      <Figure figure={interval.low} /> <span class="quiet">to</span> <Figure figure={interval.high} />
    </span>
  );
}

/** A phrase with its figures and names marked up. */
export function PhraseText({ phrase }: { readonly phrase: Phrase }): VNode {
  return (
    <>
      {phrase.map((part, index) => {
        if (typeof part === "string") return part;
        return "name" in part ? <Name key={index} name={part.name} /> : <Figure key={index} figure={part} />;
      })}
    </>
  );
}

/** Buttons that hand out the data behind a table or chart; only there when the page's script runs. */
export function DataTools({ table }: { readonly table: string }): VNode {
  return (
    <div class="tools js-only" data-table={table}>
      <button type="button" data-action="csv">
        CSV
      </button>
      <button type="button" data-action="json">
        JSON
      </button>
      <button type="button" data-action="markdown">
        Copy as Markdown
      </button>
    </div>
  );
}

/** A table that scrolls sideways within itself where it is wider than the page. */
export function ScrollTable({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
