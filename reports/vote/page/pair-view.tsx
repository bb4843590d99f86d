import { Component, type VNode } from "preact";
import { ClampedText, ForeignText, InvisibleRemark } from "../../html/page/clamped-text.js";
import { displayName } from "../../view/text.js";
import type { PageItem } from "../ballot-data.js";
import { type Screen, textsInSlots } from "./session.js";

/** A pair and how much of it is shown. */
export interface PairViewProps {
  readonly screen: Screen;
  /** The turn that is asked about; later ones are hidden until then. */
  readonly turn: number;
  readonly written: boolean;
  /** False for the pair that is made ready behind the one on the screen. */
  readonly shown: boolean;
}

function AnswerColumn({
  slot,
  text,
  written,
}: {
  readonly slot: "A" | "B";
  readonly text: string | undefined;
  readonly written: boolean;
}): VNode {
  return (
    <article class={`answer slot-${slot.toLowerCase()}`} aria-label={`Answer ${slot}`}>
      <header>
        <h3>
          <span class="slot-name">{slot}</span> Answer {slot}
        </h3>
      </header>
      <div class="answer-body">
        {text === undefined || text.trim() === "" ? (
          <p class="quiet">(an empty answer)</p>
        ) : (
          <>
            <ForeignText text={text} written={written} parted />
            <InvisibleRemark text={text} />
          </>
        )}
      </div>
    </article>
  );
}

function Reference({
  item,
  turn,
  written,
}: {
  readonly item: PageItem;
  readonly turn: number;
  readonly written: boolean;
}): VNode | null {
  const reference = item.reference?.[turn - 1];
  if (reference === undefined || reference.trim() === "") return null;
  return (
    <details class="reference">
      <summary>Reference answer</summary>
      <ForeignText text={reference} written={written} />
    </details>
  );
}

function TurnView({
  item,
  turn,
  turns,
  texts,
  written,
  hidden,
}: {
  readonly item: PageItem;
  readonly turn: number;
  readonly turns: number;
  readonly texts: ReturnType<typeof textsInSlots>;
  readonly written: boolean;
  readonly hidden: boolean;
}): VNode {
  const [a, b] = texts.map((answer) => answer[turn - 1]);
  return (
    <section
      class="turn"
      data-turn={turn}
      aria-label={turns > 1 ? `Turn ${turn}` : "Question"}
      hidden={hidden}
    >
      <div class="asked">
        <h2 tabIndex={-1}>
          {turns > 1 ? `Question, turn ${turn} of ${turns}` : "Question"}
          <span class="quiet"> · {displayName(item.category)}</span>
        </h2>
        <ClampedText text={item.asked[turn - 1] ?? ""} written={written} />
      </div>
      <Reference item={item} turn={turn} written={written} />
      <div class="columns">
        <AnswerColumn slot="A" text={a} written={written} />
        <AnswerColumn slot="B" text={b} written={written} />
      </div>
      {a === b ? <p class="remark">Both answers to this turn are the same, letter by letter.</p> : null}
    </section>
  );
}

/** One pair, turn under turn. All turns are made at once, so that the next one is there when it is asked about. */
export class PairView extends Component<PairViewProps, { readonly failure?: unknown }> {
  override shouldComponentUpdate(next: PairViewProps, state: { readonly failure?: unknown }): boolean {
    const { screen, turn, written, shown } = this.props;
    return (
      next.screen.key !== screen.key ||
      next.turn !== turn ||
      next.written !== written ||
      next.shown !== shown ||
      state !== this.state
    );
  }

  override componentDidCatch(failure: unknown): void {
    this.setState({ failure });
  }

  override render(): VNode {
    const { screen, turn, written, shown } = this.props;
    if (this.state.failure !== undefined) {
      return (
        <p class="doubtful">This pair could not be shown: skip it, and tell whoever sent you the page.</p>
      );
    }
    const { item } = screen;
    const texts = textsInSlots(screen);
    const last = Math.max(...item.turns);
    return (
      <div class="pair" data-shown={shown} hidden={!shown}>
        {item.system === undefined ? null : (
          <details class="reference">
            <summary>System message</summary>
            <ForeignText text={item.system} written={written} />
          </details>
        )}
        {Array.from({ length: last }, (_, place) => (
          <TurnView
            key={place}
            item={item}
            turn={place + 1}
            turns={last}
            texts={texts}
            written={written}
            hidden={place + 1 > turn}
          />
        ))}
      </div>
    );
  }
}
