import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../../../harness/core/count-of.js";
import { formatCount } from "../../view/format.js";
import type { ReadingCut } from "../../view/reading-records.js";
import { countInvisible, displayName } from "../../view/text.js";
import { Markdown, PlainText } from "./markdown.js";

/** Text longer than this is cut until the reader asks for all of it. */
const SHOWN_CHARACTERS = 6_000;
/** Text longer than this is never parsed as Markdown. */
const MOST_MARKDOWN_CHARACTERS = 120_000;
/** A text with more invisible characters than this is worth a word; emoji need a few. */
const INVISIBLE_TOLERATED = 3;

/** Cuts where a line ends if one ends near. */
function cut(text: string): string {
  const head = text.slice(0, SHOWN_CHARACTERS);
  const line = head.lastIndexOf("\n");
  return line > SHOWN_CHARACTERS * 0.8 ? head.slice(0, line) : head;
}

/** All of an untrusted text, formatted or as written; `parted` as {@link Markdown} has it. */
export function ForeignText({
  text,
  written,
  parted = false,
}: {
  readonly text: string;
  readonly written: boolean;
  readonly parted?: boolean;
}): VNode {
  const isPlain = written || text.length > MOST_MARKDOWN_CHARACTERS;
  return isPlain ? <PlainText text={text} /> : <Markdown text={text} parted={parted} />;
}

/** Says that a text holds more than meets the eye, where it does. */
export function InvisibleRemark({ text }: { readonly text: string }): VNode | null {
  const invisible = countInvisible(text);
  if (invisible <= INVISIBLE_TOLERATED) return null;
  return <p class="remark">Holds {formatCount(invisible)} characters that cannot be seen.</p>;
}

/** Says that the page holds a beginning, how long the text is and where all of it stands. */
function CutRemark({ text, cut }: { readonly text: string; readonly cut: ReadingCut }): VNode {
  const shown = formatCount(text.length);
  return (
    <p class="remark">
      The page holds the first {shown} of{" "}
      {countOf(cut.characters, "character", "characters", formatCount(cut.characters))}; all of it is in{" "}
      <code>{displayName(cut.file)}</code> of the run folder.
    </p>
  );
}

/**
 * Untrusted text, formatted or as written; long texts are cut with a button that shows the rest.
 * @param cut Set where the page has no more than the text's beginning.
 */
export function ClampedText({
  text,
  written,
  cut: missing,
}: {
  readonly text: string;
  readonly written: boolean;
  readonly cut?: ReadingCut | null | undefined;
}): VNode {
  const [all, setAll] = useState(false);
  const long = text.length > SHOWN_CHARACTERS * 1.2;
  const shown = long && !all ? cut(text) : text;
  return (
    <>
      <ForeignText text={shown} written={written} />
      {long ? (
        <button type="button" class="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all
            ? "Show less"
            : missing
              ? "Show more"
              : `Show all (${countOf(text.length, "character", "characters", formatCount(text.length))})`}
        </button>
      ) : null}
      {missing ? <CutRemark text={text} cut={missing} /> : null}
      <InvisibleRemark text={text} />
    </>
  );
}
