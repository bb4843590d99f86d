import { columnsOf } from "../core/columns.js";
import type { Terminal } from "./terminal.js";

const PAINT = /\u001b\[[0-9;]*m/g;

/**
 * A finished line in lines of at most `width` columns, broken at spaces; what follows is indented two deeper than the line.
 * A line that fits is returned as it is. Paint takes no columns; a word that is wider than the room stays whole.
 */
export function foldLine(line: string, width: number): readonly string[] {
  const columns = (text: string) => columnsOf(text.replace(PAINT, ""));
  if (columns(line) <= width) return [line];
  const indent = " ".repeat((/^ */.exec(line)?.[0].length ?? 0) + 2);
  const folded: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) +/)) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && columns(longer) > width) {
      folded.push(current);
      current = indent + word;
    } else current = longer;
  }
  return [...folded, current];
}

/** The same terminal, where each line of a result is folded at its width. */
export function foldingTerminal(terminal: Terminal): Terminal {
  return {
    ...terminal,
    say: (line) => {
      for (const part of foldLine(line, terminal.width)) terminal.say(part);
    },
  };
}
