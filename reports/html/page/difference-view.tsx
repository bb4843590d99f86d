import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { displayText } from "../../view/text.js";
import { Name } from "../parts.js";
import { wordDifference } from "./word-difference.js";

/** Word difference of two answers: struck through what only the first says, underlined what only the second says. */
export function DifferenceView({
  before,
  after,
  names,
}: {
  readonly before: string;
  readonly after: string;
  readonly names: readonly [string, string];
}): VNode {
  const parts = useMemo(() => wordDifference(displayText(before), displayText(after)), [before, after]);
  if (parts === null) return <p class="quiet">These answers are too long to compare word by word.</p>;
  return (
    <div class="word-difference">
      <p class="key quiet">
        <del>
          <Name name={names[0]} />
        </del>{" "}
        <ins>
          <Name name={names[1]} />
        </ins>
      </p>
      <div class="plain" dir="auto">
        {parts.map((part, index) => {
          if (part.kind === "same") return <span key={index}>{part.text}</span>;
          return part.kind === "removed" ? (
            <del key={index}>{part.text}</del>
          ) : (
            <ins key={index}>{part.text}</ins>
          );
        })}
      </div>
    </div>
  );
}
