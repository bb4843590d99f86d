import type { VNode } from "preact";
import { useErrorBoundary } from "preact/hooks";
import type { ReadingAnswer, ReadingQuestion, ReadingVerdict } from "../../view/reading-records.js";
import { Name } from "../parts.js";
import { AnswerCard } from "./answer-card.js";
import { ClampedText } from "./clamped-text.js";
import { DifferenceView } from "./difference-view.js";
import { PairVerdicts } from "./verdict-list.js";

/** What a question is shown with. */
export interface QuestionViewProps {
  readonly question: ReadingQuestion;
  readonly models: readonly string[];
  /** Word difference of the first two models instead of their answers. */
  readonly difference: boolean;
  /** Texts as written instead of formatted. */
  readonly written: boolean;
}

interface TurnProps extends QuestionViewProps {
  readonly turn: number;
  readonly answers: readonly ReadingAnswer[];
  readonly severalProtocols: boolean;
}

/** Answers of the chosen models, in their order, trials together. */
function chosenAnswers(question: ReadingQuestion, models: readonly string[]): readonly ReadingAnswer[] {
  return models.flatMap((model) =>
    question.answers.filter((answer) => answer.model === model).sort((x, y) => x.trial - y.trial),
  );
}

function shownPairs(
  verdicts: readonly ReadingVerdict[],
  models: readonly string[],
): readonly ReadingVerdict[] {
  const pairs = verdicts.filter((verdict) => verdict.b !== undefined);
  const both = pairs.filter((verdict) => models.includes(verdict.a) && models.includes(verdict.b ?? ""));
  return both.length > 0
    ? both
    : pairs.filter((verdict) => models.includes(verdict.a) || models.includes(verdict.b ?? ""));
}

function Difference({
  answers,
  turn,
}: {
  readonly answers: readonly ReadingAnswer[];
  readonly turn: number;
}): VNode | null {
  const [first, second] = [answers[0], answers.find((answer) => answer.model !== answers[0]?.model)];
  if (first === undefined || second === undefined)
    return <p class="quiet">Choose two models to compare their answers.</p>;
  const before = first.turns[turn - 1]?.text;
  const after = second.turns[turn - 1]?.text;
  if (before == null || after == null) return <p class="quiet">One of the two has no text for this turn.</p>;
  return <DifferenceView before={before} after={after} names={[first.model, second.model]} />;
}

function Turn(props: TurnProps): VNode {
  const { question, turn, answers, models, written, severalProtocols } = props;
  const verdicts = question.verdicts.filter((verdict) => verdict.turn === turn);
  const asked = question.turns[turn - 1];
  const reference = question.reference?.[turn - 1];
  const severalTrials = answers.some((answer) => answer.trial > 1);
  return (
    <section class="turn" aria-label={`Turn ${turn}`}>
      {asked === undefined ? null : (
        <div class="asked">
          <h4>{question.turns.length > 1 ? `Question, turn ${turn}` : "Question"}</h4>
          <ClampedText text={asked} written={written} />
        </div>
      )}
      {reference === undefined ? null : (
        <details class="reference">
          <summary>Reference answer</summary>
          <ClampedText text={reference} written={written} />
        </details>
      )}
      {props.difference ? <Difference answers={answers} turn={turn} /> : null}
      {props.difference ? null : (
        <div class="columns">
          {answers.map((answer) => (
            <AnswerCard
              key={`${answer.model} ${answer.trial}`}
              answer={answer}
              turn={turn}
              written={written}
              severalTrials={severalTrials}
              severalProtocols={severalProtocols}
              verdicts={verdicts.filter(
                (verdict) =>
                  verdict.b === undefined && verdict.a === answer.model && verdict.trial === answer.trial,
              )}
            />
          ))}
        </div>
      )}
      <PairVerdicts
        verdicts={shownPairs(verdicts, models)}
        written={written}
        severalProtocols={severalProtocols}
      />
    </section>
  );
}

/** A question whose texts cannot be rendered must not take the reader down with it. */
export function QuestionView(props: QuestionViewProps): VNode {
  const [failure] = useErrorBoundary();
  if (failure === undefined) return <WholeQuestion {...props} />;
  return (
    <p class="doubtful">
      This question could not be shown: {failure instanceof Error ? failure.message : String(failure)}
    </p>
  );
}

/** One question with the answers of the chosen models side by side, turn by turn, and every verdict on them. */
function WholeQuestion(props: QuestionViewProps): VNode {
  const { question, models } = props;
  const answers = chosenAnswers(question, models);
  const turns = Math.max(
    question.turns.length,
    ...question.answers.map((answer) => answer.turns.length),
    ...question.verdicts.map((verdict) => verdict.turn),
  );
  const protocols = new Set(question.verdicts.map((verdict) => verdict.protocol));
  const absent = models.filter((model) => !answers.some((answer) => answer.model === model));
  return (
    <>
      {question.system === undefined ? null : (
        <details class="reference">
          <summary>System message</summary>
          <ClampedText text={question.system} written={props.written} />
        </details>
      )}
      {question.turns.length === 0 ? (
        <p class="quiet">The question's own text is not in this report.</p>
      ) : null}
      {absent.length === 0 ? null : (
        <p class="quiet">
          No answer in this report:{" "}
          {absent.map((model, index) => (
            <>
              {index === 0 ? "" : ", "}
              <Name name={model} />
            </>
          ))}
        </p>
      )}
      {Array.from({ length: turns }, (_, place) => (
        <Turn
          key={place}
          {...props}
          turn={place + 1}
          answers={answers}
          severalProtocols={protocols.size > 1}
        />
      ))}
    </>
  );
}
