import type { ComponentChildren, VNode } from "preact";
import type { Phrase, ShownFigure, ShownInterval } from "../view/records.js";
import { displayName } from "../view/text.js";

/** Where a name may go on in the next line: after a sign that joins two words, but not inside of `3.5` or `12:30`. */
const JOINTS = /(?<=[\p{L}\p{N}][-_/@~]+)(?=[\p{L}\p{N}])|(?<=\p{L}[.:])(?=\p{L})/u;
/** Letters without a joint between them that stay on one line; what is longer may break, or no column would hold it. */
const WORD_PIECES = /\S{1,20}\s*|\s+/gu;

function breakable(name: string): readonly string[] {
  return displayName(name)
    .split(JOINTS)
    .flatMap((word) => (word.length <= 20 ? [word] : (word.match(WORD_PIECES) ?? [])));
}

/** A foreign name: made visible, isolated from the direction of the text around it, broken between its words alone. */
export function Name({ name }: { readonly name: string }): VNode {
  return (
    <bdi class="name">
      {breakable(name).map((part, index) => (index === 0 ? part : [<wbr key={index} />, part]))}
    </bdi>
  );
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

/** A table that a card can hand out: its name among all tables, and what a menu calls it. */
export interface CardTable {
  readonly name: string;
  readonly label: string;
}

/** A card's one set of buttons for its data, with a menu where it holds several tables; only there when the script runs. */
export function DataTools({ tables }: { readonly tables: readonly CardTable[] }): VNode | null {
  const [first] = tables;
  if (first === undefined) return null;
  return (
    <div class="tools js-only" data-table={first.name}>
      {tables.length === 1 ? null : (
        <select aria-label="Table to hand out">
          {tables.map((table) => (
            <option key={table.name} value={table.name}>
              {displayName(table.label)}
            </option>
          ))}
        </select>
      )}
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

/** A figure with its interval below where there is one; a dash where there is none. */
export function PointText({
  point,
}: {
  readonly point: { readonly figure: ShownFigure; readonly interval: ShownInterval | null } | null;
}): VNode {
  if (point === null) return <span class="none">–</span>;
  return (
    <>
      <Figure figure={point.figure} />
      {point.interval === null ? null : (
        <small>
          <IntervalText interval={point.interval} />
        </small>
      )}
    </>
  );
}

/** A cell with a figure, and its interval below where it is given. */
export function FigureCell({
  figure,
  interval,
}: {
  readonly figure: ShownFigure;
  readonly interval?: ShownInterval | null | undefined;
}): VNode {
  return (
    <td class="number">
      <Figure figure={figure} />
      {interval === undefined ? null : (
        <small>
          <IntervalText interval={interval} />
        </small>
      )}
    </td>
  );
}

/** Head of a column of figures; the title says what they are. */
export function NumberHead(props: { readonly title?: string; readonly children: ComponentChildren }): VNode {
  return <th scope="col" class="number" {...props} />;
}

/** Head of a row that is called by a foreign name. */
export function NameHead({ name }: { readonly name: string }): VNode {
  return (
    <th scope="row">
      <Name name={name} />
    </th>
  );
}
