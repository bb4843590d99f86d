import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../../../harness/core/count-of.js";
import { formatCount } from "../../view/format.js";
import { countInvisible } from "../../view/text.js";
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

/** Untrusted text, formatted or as written; long texts are cut with a button that shows the rest. */
export function ClampedText({ text, written }: { readonly text: string; readonly written: boolean }): VNode {
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
            : `Show all (${countOf(text.length, "character", "characters", formatCount(text.length))})`}
        </button>
      ) : null}
      <InvisibleRemark text={text} />
    </>
  );
}
