import type { ComponentChildren, VNode } from "preact";
import { formatMoment } from "../view/format.js";
import { shortName } from "../view/text.js";
import type { FollowedBoard } from "./follow-boards.js";
import { siteFigureText } from "./follow-boards.js";
import type { SiteFigure, SiteRun } from "./site-records.js";

/** What the site's page shows. */
export interface SitePage {
  readonly title: string;
  /** Oldest first. */
  readonly runs: readonly SiteRun[];
  readonly boards: readonly FollowedBoard[];
  /** Address of a run's report relative to the page, or null where it was deleted. */
  readonly reportOf: (run: SiteRun) => string | null;
}

/** Foreign text on one line, of a length that a page can bear. */
export function shown(text: string): string {
  return shortName(text, 600);
}

/** A foreign name, kept from turning the direction of the text around it. */
export function Name({ name }: { readonly name: string }): VNode {
  return <bdi>{shown(name)}</bdi>;
}

/** What every page without a script begins with, and its main part. */
export function PageFrame({
  to,
  children,
}: {
  /** What the skip link leads to, such as `figures`. */
  readonly to: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the {to}
      </a>
      <header>
        <p class="brand">assay</p>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The sentence of a page, and what a reader must know of it. */
export function Verdict({
  sentence,
  warnings,
}: {
  readonly sentence: string;
  readonly warnings: readonly { readonly message: string }[];
}): VNode {
  return (
    <>
      <p class="verdict">{shown(sentence)}</p>
      {warnings.map(({ message }) => (
        <p key={message} class="notice">
          {shown(message)}
        </p>
      ))}
    </>
  );
}

/** A run's name; with its start where another run has the same one. */
function runName(run: SiteRun, page: SitePage): string {
  const isShared = page.runs.some((other) => other.id !== run.id && other.label === run.label);
  return isShared ? `${run.label}, ${formatMoment(run.at)}` : run.label;
}

/** A run's name, leading to its report where there is one. */
export function RunLink({ run, page }: { readonly run: SiteRun; readonly page: SitePage }): VNode {
  const address = page.reportOf(run);
  const name = <Name name={runName(run, page)} />;
  return address === null ? name : <a href={address}>{name}</a>;
}

/** A figure with its exact value. */
export function FigureText({
  figure,
  board,
}: {
  readonly figure: SiteFigure;
  readonly board: FollowedBoard;
}): VNode {
  const text = siteFigureText(figure, board.format);
  return figure.value === null ? (
    <span class="quiet">{text}</span>
  ) : (
    <data value={String(figure.value)}>{text}</data>
  );
}

export { ScrollTable as TableRegion } from "../html/parts.js";
