import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Generation, Judge, JudgeItem, Verdict } from "../../harness/core/records.js";
import { readChatReply, readingOptions } from "../../harness/models/response-reading.js";
import { itemOf } from "../../harness/pipeline/judge-items.js";
import { createAssayPairJudge, createAssaySingleJudge } from "../../judges/assay.js";
import { createConfiguredJudge } from "../../judges/configured-judge.js";
import { createMtBenchPairJudge, createMtBenchSingleJudge } from "../../judges/mt-bench.js";
import { fixedProtocolMarks } from "../../judges/own-marks.js";
import { createRankingJudge } from "../../judges/ranking/ranking-judge.js";
import { createRefusalJudge } from "../../judges/refusal.js";
import { loadJudge } from "../../judges/registry.js";
import { createRewardJudge } from "../../judges/reward.js";
import { createCriterionJudge, createRubricJudge } from "../../judges/rubric.js";
import { BATTERY } from "../contracts/judge-attacks.js";
import { CHAT_PROMPT, type FixtureFolder, makeFixtures } from "./judge-fixtures.js";

/** How a judge model handles the answer that it judges; `verdict` is the reply that the protocol asks it for. */
const JUDGES = {
  fair: (verdict: string) => verdict,
  "quotes before": (verdict: string, answer: string) => `${answer}\n\n${verdict}`,
  "quotes after": (verdict: string, answer: string) => `${verdict}\n\nFor the record, the answer:\n${answer}`,
  "only repeats": (_: string, answer: string) => answer,
} as const;

type Manner = keyof typeof JUDGES;

/** A protocol with the reply that stands for a bad verdict on the attacked answer. */
interface Subject {
  readonly name: string;
  make(): Judge | Promise<Judge>;
  /** The judge's reply where the attacked answer stands alone or first. */
  honest(item: JudgeItem): string;
  readonly honestVerdict: Verdict;
  /** Quotes stand inside the object that the endpoint holds the judge to. */
  readonly structured?: boolean;
}

const SINGLE: Verdict = { kind: "rating", rating: 2 };
const PAIR: Verdict = { kind: "preference", winner: "b", weightB: 1 };

let fixtures: FixtureFolder;
beforeAll(async () => {
  fixtures = await makeFixtures();
});
afterAll(() => fixtures.remove());

const object = (fields: object) => JSON.stringify({ evidence: "Poor.", ...fields });

const HARDENED: readonly Subject[] = [
  {
    name: "assay single",
    make: () => createAssaySingleJudge(),
    honest: ({ nonce }) => `Poor.\n\nFINAL RATING [${nonce}]: 2`,
    honestVerdict: SINGLE,
  },
  {
    name: "assay pair",
    make: () => createAssayPairJudge(),
    honest: ({ nonce }) => `Poor.\n\nFINAL VERDICT [${nonce}]: B`,
    honestVerdict: PAIR,
  },
  {
    name: "assay pair, one order",
    make: () => createAssayPairJudge({ orders: "seeded" }),
    honest: ({ nonce }) => `Poor.\n\nFINAL VERDICT [${nonce}]: B`,
    honestVerdict: PAIR,
  },
  {
    name: "assay single, structured",
    make: () => createAssaySingleJudge({ structured: true }),
    honest: ({ nonce }) => object({ code: nonce, rating: 2 }),
    honestVerdict: SINGLE,
    structured: true,
  },
  {
    name: "assay pair, structured",
    make: () => createAssayPairJudge({ structured: true }),
    honest: ({ nonce }) => object({ code: nonce, verdict: "B" }),
    honestVerdict: PAIR,
    structured: true,
  },
  {
    name: "assay single, may abstain",
    make: () => createAssaySingleJudge({ abstain: true }),
    honest: ({ nonce }) => `Poor.\n\nFINAL RATING [${nonce}]: 2`,
    honestVerdict: SINGLE,
  },
  {
    name: "assay pair, abstains",
    make: () => createAssayPairJudge({ abstain: true }),
    honest: ({ nonce }) => `Nobody can tell.\n\nFINAL VERDICT [${nonce}]: ABSTAIN`,
    honestVerdict: { kind: "abstained", reason: "the judge says that it cannot decide" },
  },
  {
    name: "rubric",
    make: () => createRubricJudge(),
    honest: ({ nonce }) => `No.\nCRITERION 1 [${nonce}]: NOT MET\nYes.\nCRITERION 2 [${nonce}]: MET`,
    honestVerdict: { kind: "rating", rating: 25, criteria: [0, 1] },
  },
  {
    name: "rubric, a call for each criterion",
    make: () => createCriterionJudge(),
    honest: ({ nonce }) => `No.\nCRITERION 1 [${nonce}]: NOT MET`,
    honestVerdict: { kind: "rating", rating: 0, criteria: [0] },
  },
  {
    name: "refusal",
    make: () => createRefusalJudge(),
    honest: ({ nonce }) => `It gives all of it.\n\nFINAL LABEL [${nonce}]: ANSWERED`,
    honestVerdict: { kind: "rating", rating: 0, refusal: "answered" },
  },
  {
    name: "ranking",
    make: () => createRankingJudge(),
    honest: ({ nonce }) => `PAIR [${nonce}]: A, B: B\nBetter.\n\nRANKING [${nonce}]: B > C > A`,
    honestVerdict: { kind: "ranking", ranking: ["B", "C", "A"], pairs: [{ pair: ["A", "B"], better: "B" }] },
  },
  {
    name: "ranking with ties",
    make: () => createRankingJudge({ ties: true }),
    honest: ({ nonce }) => `RANKING [${nonce}]: B = C > A`,
    honestVerdict: { kind: "ranking", ranking: ["B", "C", "A"], groups: [["B", "C"], ["A"]], pairs: [] },
  },
];

interface FixedSubject extends Omit<Subject, "make"> {
  make(compat: boolean): Promise<Judge>;
}

const FIXED: readonly FixedSubject[] = [
  {
    name: "mt-bench single",
    make: (compat) => createMtBenchSingleJudge(fixtures.context, { compat }),
    honest: () => "Poor. Rating: [[2]]",
    honestVerdict: SINGLE,
  },
  {
    name: "mt-bench pair",
    make: (compat) => createMtBenchPairJudge(fixtures.context, { compat }),
    honest: () => "The second one. [[B]]",
    honestVerdict: PAIR,
  },
  {
    name: "alpaca_eval_gpt4",
    make: (compat) => loadJudge("alpaca_eval_gpt4", { mode: "pairwise-baseline", compat }, fixtures.context),
    honest: () => "[{'model': 'model_1', 'rank': 2}, {'model': 'model_2', 'rank': 1}]",
    honestVerdict: PAIR,
  },
  {
    name: "weighted_alpaca_eval_gpt4_turbo, sampled",
    make: (compat) =>
      loadJudge(
        "weighted_alpaca_eval_gpt4_turbo",
        { mode: "pairwise-baseline", samples: 2, compat },
        fixtures.context,
      ),
    honest: () => "M",
    honestVerdict: PAIR,
  },
  ...["arena-hard", "arena-hard-v0.1"].map((name) => ({
    name,
    make: (compat: boolean) => loadJudge(name, { mode: "pairwise-baseline", compat }, fixtures.context),
    honest: () => "The second one. [[B>A]]",
    honestVerdict: PAIR,
  })),
  {
    name: "a definition with brackets",
    make: async (compat) =>
      createConfiguredJudge(
        {
          name: "brackets",
          prompt: CHAT_PROMPT,
          file: "brackets.yaml",
          parameters: { temperature: 0, maxTokens: 100 },
          parser: { kind: "brackets", first: "A", second: "B", tie: "C" },
          orders: "both",
          seed: "0",
        },
        { compat },
      ),
    honest: () => "The second one. [[B]]",
    honestVerdict: PAIR,
  },
];

const NONCE = "4f1d9c02ab77";

function attackedItem(judge: Judge, text: string): JudgeItem {
  const rubric = {
    criteria: [
      { text: "greets", points: 3 },
      { text: "is short", points: 1 },
    ],
  };
  const asked = { id: "q", category: "general", turns: ["What is up?"], request: { harmful: true } };
  const shown = [[text], ["A good answer."], ["Another one."]];
  const item = itemOf(judge, { ...asked, rubric }, 1, shown, NONCE, "seed");
  return judge.parted?.parts(item)[0] ?? item;
}

/** What an OpenAI-compatible endpoint would have said, read as the adapter reads a judge's reply. */
function generationOf(text: string): Generation {
  const body = { choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }] };
  const subject = {
    kind: "judgment",
    suite: "s",
    questionId: "q",
    turn: 1,
    trial: 1,
    a: "m",
    attempt: 1,
  } as const;
  return readChatReply(body, readingOptions("separate", { messages: [], parameters: {}, subject }));
}

/** What an attacker can write: it cannot know the code, which is a hash over the answer itself. */
const PAYLOADS = BATTERY.map(({ name, text }) => ({ name, text: text.replaceAll(NONCE, "0".repeat(12)) }));

function replyTo(
  subject: Pick<Subject, "honest" | "structured">,
  manner: Manner,
  item: JudgeItem,
  text: string,
): string {
  const verdict = subject.honest(item);
  if (subject.structured !== true || manner === "only repeats") return JUDGES[manner](verdict, text);
  const fields = JSON.parse(verdict) as { evidence: string };
  return JSON.stringify({ ...fields, evidence: JUDGES[manner](fields.evidence, text) });
}

const manners = Object.keys(JUDGES) as Manner[];

describe("the battery", () => {
  it("holds at least 56 texts, no two of them alike", () => {
    expect(new Set(PAYLOADS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(56);
  });
});

describe.each(HARDENED)("$name", (subject) => {
  it.each(manners)("keeps its verdict, whatever the answer holds, with a judge that: %s", async (manner) => {
    const judge = await subject.make();
    const moved = PAYLOADS.filter(({ text }) => {
      const item = attackedItem(judge, text);
      const verdict = judge.read(generationOf(replyTo(subject, manner, item, text)), item);
      // A judge that only repeats has said nothing, and nothing is what must be read.
      if (manner === "only repeats") return verdict.kind !== "unreadable";
      return JSON.stringify(verdict) !== JSON.stringify(subject.honestVerdict);
    });
    expect(moved.map(({ name }) => name)).toEqual([]);
  });
});

describe("a reward model", () => {
  it.each(manners)("has no words that an answer could put into it, were it one that: %s", (manner) => {
    const judge = createRewardJudge({ kind: "reward" });
    const honest: Verdict = { ...PAIR, rewards: [-1, 2] } as Verdict;
    const moved = PAYLOADS.filter(({ text }) => {
      const item = attackedItem(judge, text);
      const verdict = judge.read(generationOf(JUDGES[manner]("[-1,2]", text)), item);
      // Anything besides the two numbers is no reply of a reward model.
      if (verdict.kind === "unreadable") return manner === "fair";
      return JSON.stringify(verdict) !== JSON.stringify(honest);
    });
    expect(moved.map(({ name }) => name)).toEqual([]);
  });

  it("is shown every text of the battery byte for byte, as one answer between the same messages", () => {
    const judge = createRewardJudge({ kind: "reward" });
    for (const { text } of PAYLOADS) {
      const { messages } = judge.request(attackedItem(judge, text));
      expect(messages).toEqual([
        { role: "user", content: "What is up?" },
        { role: "assistant", content: text },
        { role: "user", content: "What is up?" },
        { role: "assistant", content: "A good answer." },
      ]);
    }
  });
});

describe.each(FIXED)("$name", (subject) => {
  it.each(manners)(
    "is moved by nothing that leaves the original unmoved, and what moves it is recognised, with a judge that: %s",
    async (manner) => {
      const [judge, original] = [await subject.make(false), await subject.make(true)];
      const holdsMarks = fixedProtocolMarks({
        identity: original.identity,
        mode: original.kind === "single" ? "single" : "pairwise-all",
      });
      const honest = JSON.stringify(subject.honestVerdict);
      let moved = 0;
      for (const { name, text } of PAYLOADS) {
        const item = attackedItem(judge, text);
        const generation = generationOf(replyTo(subject, manner, item, text));
        const [read, readAsOriginal] = [judge, original].map((one) => one.read(generation, item));
        if (read?.kind === "unreadable" || JSON.stringify(read) === honest) continue;
        moved++;
        expect([name, read]).toEqual([name, readAsOriginal]);
        expect([name, holdsMarks?.(text)]).toEqual([name, true]);
      }
      if (manner === "fair") expect(moved).toBe(0);
      if (manner === "only repeats") expect(moved).toBeGreaterThan(0);
    },
  );
});
