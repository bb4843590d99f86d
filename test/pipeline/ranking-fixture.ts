import type { GenerationRequest } from "../../harness/core/records.js";

/** What a request for a ranking shows: the call's code, and the answers by label in the order shown. */
export function shownAnswers({ messages }: Pick<GenerationRequest, "messages">): {
  readonly code: string;
  readonly answers: readonly (readonly [label: string, text: string])[];
} {
  const text = messages.at(-1)?.content ?? "";
  // The last one: an answer before it may hold such a line, too.
  const code = [...text.matchAll(/^RANKING \[(\w+)\]:/gm)].at(-1)?.[1] ?? "";
  const block = /=== BEGIN ANSWER OF ([A-I]) TO TURN \d+ \[\w+\] ===\n([\s\S]*?)\n=== END /g;
  return {
    code,
    answers: [...text.matchAll(block)].map(([, label = "", answer = ""]) => [label, answer] as const),
  };
}

/** The reply of a judge that ranks by a worth of each answer and its slot, and says the same of every pair. */
export function rankedReply(
  request: Pick<GenerationRequest, "messages">,
  worthOf: (answer: string, slot: number) => number,
): string {
  const { code, answers } = shownAnswers(request);
  const ranked = answers
    .map(([label, answer], slot) => ({ label, worth: worthOf(answer, slot) }))
    .sort((x, y) => y.worth - x.worth);
  const labels = ranked.map(({ label }) => label);
  const pairs = labels.flatMap((one, at) =>
    labels.slice(at + 1).map((other) => `PAIR [${code}]: ${one}, ${other}: ${one}`),
  );
  return [...pairs, `RANKING [${code}]: ${labels.join(" > ")}`].join("\n");
}
