import { textOf } from "../results/checked.js";
import type { ScoredItem } from "../results/scored-set.js";
import { scoreNumbers } from "./score-values.js";
import type { InspectMessage, InspectSample } from "./shapes.js";

const ATTACHMENT = /^attachment:\/\/([0-9a-f]{16,64})$/;

/** Texts of a sample with what was moved out of them put back. */
class Texts {
  constructor(private readonly attachments: Readonly<Record<string, unknown>>) {}

  plain(value: unknown): string {
    const text = textOf(value ?? "");
    const [, hash] = ATTACHMENT.exec(text) ?? [];
    const moved = hash === undefined ? undefined : this.attachments[hash];
    return typeof moved === "string" ? moved : text;
  }

  /** Parts of a message that are text; what is an image or a file is named. */
  content(content: unknown, kind: "text" | "reasoning" = "text"): string {
    if (!Array.isArray(content)) return kind === "text" ? this.plain(content) : "";
    return content
      .flatMap((part: unknown) => {
        if (typeof part === "string") return kind === "text" ? [part] : [];
        if (part === null || typeof part !== "object") return [];
        const { type } = part as { readonly type?: unknown };
        if (kind === "reasoning")
          return type === "reasoning" ? [this.plain(Reflect.get(part, "reasoning"))] : [];
        if (type === "text") return [this.plain(Reflect.get(part, "text"))];
        return type === "reasoning" ? [] : [`[${textOf(type)}]`];
      })
      .join("\n");
  }
}

function questionText({ input }: InspectSample, texts: Texts): string {
  if (typeof input === "string") return texts.plain(input);
  const [only, second] = input;
  if (only !== undefined && second === undefined) return texts.content(only.content);
  return input.map(({ role, content }) => `${role}: ${texts.content(content)}`).join("\n\n");
}

/** The last thing that the model said: the output's message, else that of the conversation. */
function answerMessage({ output, messages }: InspectSample): InspectMessage | undefined {
  return output?.choices?.[0]?.message ?? messages?.findLast(({ role }) => role === "assistant");
}

function answerOf(sample: InspectSample, texts: Texts): ScoredItem["answer"] {
  const failure = sample.error?.message;
  if (failure !== undefined) return { error: failure };
  const said = answerMessage(sample);
  const text = said === undefined ? texts.plain(sample.output?.completion) : texts.content(said.content);
  const reasoning = said === undefined ? "" : texts.content(said.content, "reasoning");
  return { text, ...(reasoning === "" ? {} : { reasoning }) };
}

/** A sample as an item; its epoch is the trial. */
export function sampleItem(sample: InspectSample): ScoredItem {
  const texts = new Texts(sample.attachments ?? {});
  const values = new Map<string, number | null>();
  const reads: string[] = [];
  for (const [scorer, score] of Object.entries(sample.scores ?? {})) {
    for (const [key, value] of scoreNumbers(scorer, score.value)) values.set(key, value);
    if (typeof score.answer === "string") reads.push(texts.plain(score.answer));
  }
  const { target, choices, id } = sample;
  const question = questionText(sample, texts);
  const listed = (choices ?? []).map((choice, index) => `${String.fromCharCode(65 + index)}) ${choice}`);
  return {
    questionId: String(id),
    turns: [[question, ...listed].join("\n")],
    reference: (typeof target === "string" ? [target] : target).map((one) => texts.plain(one)).join("\n"),
    trial: sample.epoch,
    answer: answerOf(sample, texts),
    // What failed is scored nowhere, whatever stands there.
    values: sample.error ? new Map() : values,
    read: reads[0],
  };
}
