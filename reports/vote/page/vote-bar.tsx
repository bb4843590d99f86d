import type { VNode } from "preact";
import type { Said, Step } from "./session.js";

/** What can be said, with its key. */
export const CHOICES: readonly { readonly said: Said; readonly label: string; readonly key: string }[] = [
  { said: "model_a", label: "A is better", key: "1" },
  { said: "model_b", label: "B is better", key: "2" },
  { said: "tie", label: "Tie", key: "3" },
  { said: "tie (bothbad)", label: "Both bad", key: "4" },
  { said: "skipped", label: "Skip", key: "5" },
];

/** The question and its answers, always in reach. */
export function VoteBar({
  step,
  canUndo,
  onSay,
  onUndo,
}: {
  readonly step: Step;
  readonly canUndo: boolean;
  readonly onSay: (said: Said) => void;
  readonly onUndo: () => void;
}): VNode {
  const { turns } = step.screen.item;
  const isOneOfSeveral = turns.length > 1;
  return (
    <section class="vote-bar" aria-label="Your vote">
      <p class="which">
        {isOneOfSeveral ? (
          <>
            <strong>Turn {step.turn}:</strong> which answer is better?
          </>
        ) : (
          "Which answer is better?"
        )}
      </p>
      <div class="choices">
        {CHOICES.map(({ said, label, key }) => (
          <button
            type="button"
            key={said}
            data-said={said}
            aria-keyshortcuts={key}
            onClick={() => onSay(said)}
          >
            <kbd>{key}</kbd>
            <span>{label}</span>
          </button>
        ))}
        <button
          type="button"
          class="undo"
          data-said="undo"
          aria-keyshortcuts="u"
          disabled={!canUndo}
          onClick={onUndo}
        >
          <kbd>u</kbd>
          <span>Undo</span>
        </button>
      </div>
    </section>
  );
}
