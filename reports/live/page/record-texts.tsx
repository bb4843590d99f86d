import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RecordPlace } from "../../../harness/core/live-run.js";
import type { Answer, Judgment } from "../../../harness/core/records.js";
import { ClampedText } from "../../html/page/clamped-text.js";
import { Name } from "../../html/parts.js";
import { displayName } from "../../view/text.js";
import { askFor } from "./live-source.js";
import { verdictWords } from "./words.js";

/** A record, while it is asked for, and when it is there or cannot be had. */
export type Asked<Value> =
  | { readonly state: "asking" }
  | { readonly state: "there"; readonly value: Value }
  | { readonly state: "failed"; readonly message: string };

/** Asks for JSON of the server while a component is shown. */
export function useAsked<Value>(address: string | undefined): Asked<Value> {
  const [asked, setAsked] = useState<Asked<Value>>({ state: "asking" });
  useEffect(() => {
    let isWanted = address !== undefined;
    setAsked({ state: "asking" });
    if (address === undefined) return undefined;
    askFor<Value>(address).then(
      (value) => isWanted && setAsked({ state: "there", value }),
      (thrown: unknown) =>
        isWanted &&
        setAsked({ state: "failed", message: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    return () => {
      isWanted = false;
    };
  }, [address]);
  return asked;
}

/** Where a record is asked for. */
export function recordAddress(run: string, { file, offset }: RecordPlace): string {
  return `runs/${run}/records/${file}/${offset}`;
}

function isAnswer(record: Answer | Judgment): record is Answer {
  return "turns" in record;
}

function AnswerTexts({ answer }: { readonly answer: Answer }): VNode {
  return (
    <>
      {answer.turns.map(({ text, reasoning, finishReason }, index) => (
        <section key={index} class="text-part">
          <h3>
            Turn {index + 1} <span class="quiet">{finishReason === "stop" ? "" : finishReason}</span>
          </h3>
          {reasoning === undefined ? null : (
            <details>
              <summary>Reasoning</summary>
              <ClampedText text={reasoning} written={true} />
            </details>
          )}
          <ClampedText text={text} written={true} />
        </section>
      ))}
    </>
  );
}

function JudgmentTexts({ judgment }: { readonly judgment: Judgment }): VNode {
  if (judgment.status === "skipped") return <p>{displayName(judgment.reason)}</p>;
  const { a, b, request, replies } = judgment;
  const models = b === undefined ? [a] : [a, b];
  return (
    <>
      {replies.map(({ text, verdict }, index) => (
        <section key={index} class="text-part">
          <h3>
            Reply {index + 1}{" "}
            <span class="quiet">
              <Name name={verdictWords(verdict, models)} />
            </span>
          </h3>
          <ClampedText text={text} written={true} />
        </section>
      ))}
      {request === undefined ? null : (
        <details>
          <summary>What the judge was asked</summary>
          {request.messages.map(({ role, content }, index) => (
            <section key={index} class="text-part">
              <h3>{displayName(role)}</h3>
              <ClampedText text={content} written={true} />
            </section>
          ))}
        </details>
      )}
    </>
  );
}

/** All texts of a record, as text. */
export function RecordTexts({ record }: { readonly record: Answer | Judgment }): VNode {
  const { error } = record.status === "failed" ? record : { error: undefined };
  return (
    <>
      {error === undefined ? null : (
        <p class="doubtful">
          <code>{displayName(error.code)}</code>: <Name name={error.message} />
        </p>
      )}
      {isAnswer(record) ? <AnswerTexts answer={record} /> : <JudgmentTexts judgment={record} />}
    </>
  );
}
