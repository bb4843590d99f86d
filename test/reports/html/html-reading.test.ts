import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLink, parseLink } from "../../../reports/html/deep-link.js";
import { filterQuestions, NO_FILTER } from "../../../reports/html/page/reader-filter.js";
import { MOST_TOKENS, wordDifference } from "../../../reports/html/page/word-difference.js";
import { chunkReading, indexReading, QUESTION_FLAGS } from "../../../reports/html/reading-index.js";
import { type ReportInput, reportView } from "../../../reports/view/view.js";
import {
  PAIR_PROTOCOL,
  PREFERENCE_PROTOCOL,
  SAMPLE_MODELS,
  SINGLE_PROTOCOL,
  sampleInput,
} from "../sample-input.js";

describe("links to answers", () => {
  it("look as people paste them", () => {
    expect(formatLink({ question: "103", models: ["a", "b"] })).toBe("#q=103&models=a,b");
    expect(parseLink("#q=103&models=a,b")).toEqual({ question: "103", models: ["a", "b"] });
    expect(parseLink("#categories")).toBeUndefined();
    expect(parseLink("")).toBeUndefined();
    expect(parseLink("#q=%E0%A4%A")).toEqual({ question: "%E0%A4%A", models: [] });
  });

  it("come back as they were, whatever is in the names", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(
        name,
        fc.array(name),
        fc.option(name, { nil: undefined }),
        fc.boolean(),
        (question, models, suite, difference) => {
          const link = {
            question,
            models,
            ...(suite === undefined ? {} : { suite }),
            ...(difference ? { difference } : {}),
          };
          expect(parseLink(formatLink(link))).toEqual(link);
        },
      ),
    );
  });
});

describe("word difference", () => {
  it("finds what was removed and what was added", () => {
    expect(wordDifference("the quick brown fox", "the slow brown fox")).toEqual([
      { kind: "same", text: "the " },
      { kind: "removed", text: "quick" },
      { kind: "added", text: "slow" },
      { kind: "same", text: " brown fox" },
    ]);
    expect(wordDifference("", "new")).toEqual([{ kind: "added", text: "new" }]);
    expect(wordDifference("old", "")).toEqual([{ kind: "removed", text: "old" }]);
    expect(wordDifference("", "")).toEqual([]);
  });

  it("gives both texts back, whatever they are", () => {
    const words = fc
      .array(fc.constantFrom("a", "b", "c", " ", "\n", ".", "ж", "😀"), { maxLength: 60 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const parts = wordDifference(before, after) ?? [];
        const join = (without: string) =>
          parts
            .filter((part) => part.kind !== without)
            .map((part) => part.text)
            .join("");
        expect(join("added")).toBe(before);
        expect(join("removed")).toBe(after);
      }),
    );
  });

  it("is no longer than needed: equal texts have no change, one word changes once", () => {
    const text = "one two three four five ".repeat(40);
    expect(wordDifference(text, text)).toEqual([{ kind: "same", text }]);
    const changed = wordDifference(text, text.replace("three", "3"));
    expect(changed?.filter((part) => part.kind !== "same")).toHaveLength(2);
  });

  it("gives up on texts that would take too long, and says so", () => {
    expect(wordDifference("a ".repeat(MOST_TOKENS), "b")).toBeNull();
    const parts = wordDifference("a ".repeat(4_000), "b ".repeat(4_000));
    expect(
      parts
        ?.filter((part) => part.kind === "removed")
        .map((part) => part.text)
        .join(""),
    ).not.toBe("");
  });
});

describe("index of questions", () => {
  const input = sampleInput();
  const indexOf = (given: ReportInput) => {
    const view = reportView(given);
    const { texts, ...chunks } = chunkReading(view.reading);
    return { index: indexReading(view, chunks), chunks: texts };
  };
  const { index, chunks } = indexOf(input);
  const place = (id: string) => index.questions.findIndex((question) => question.id === id);

  it("finds every question in its chunk", () => {
    expect(index.questions).toHaveLength(48);
    expect(index.chunks).toBe(chunks.length);
    for (const entry of index.questions) {
      expect(JSON.parse(chunks[entry.chunk] ?? "[]")[entry.place].id).toBe(entry.id);
    }
  });

  it("cuts long answers into several chunks and keeps the order", () => {
    const long = {
      ...input,
      answers: input.answers.map((answer) => ({
        ...answer,
        turns: answer.turns.map((turn) => ({ ...turn, text: turn.text.repeat(60) })),
      })),
    };
    const cut = indexOf(long);
    expect(cut.chunks.length).toBeGreaterThan(3);
    expect(cut.index.questions.map((question) => question.id)).toEqual(
      index.questions.map((question) => question.id),
    );
    for (const entry of cut.index.questions) {
      expect(JSON.parse(cut.chunks[entry.chunk] ?? "[]")[entry.place].id).toBe(entry.id);
    }
  });

  it("scores a question by the mean of its own verdicts, each protocol apart", () => {
    const protocols = index.protocols.map((entry) => entry.protocol);
    expect(protocols).toEqual([SINGLE_PROTOCOL, PAIR_PROTOCOL, PREFERENCE_PROTOCOL]);
    const ratings = input.judgments.flatMap((judgment) =>
      judgment.status === "judged" &&
      judgment.verdict.kind === "rating" &&
      judgment.a === SAMPLE_MODELS[0] &&
      judgment.questionId === "101"
        ? [judgment.verdict.rating]
        : [],
    );
    const model = index.models.indexOf(SAMPLE_MODELS[0]);
    expect(index.questions[place("101")]?.scores[0]?.[model]).toBe(
      ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length,
    );
    expect(index.questions[place("a1")]?.scores[0]).toEqual([]);
  });

  it("marks unreadable verdicts, cut answers and orders that disagree", () => {
    const flags = (id: string) => index.questions[place(id)]?.flags ?? 0;
    expect(flags("107") & QUESTION_FLAGS.unreadable).not.toBe(0);
    expect(flags("101") & QUESTION_FLAGS.truncated).not.toBe(0);
    expect(flags("120") & QUESTION_FLAGS.truncated).toBe(0);
    const disagreeing = index.questions.filter(
      (question) => (question.flags & QUESTION_FLAGS.ordersDisagree) !== 0,
    );
    expect(disagreeing.length).toBeGreaterThan(5);
  });

  it("compares judges on one scale alone, and says what ratings are out of", () => {
    const [board] = input.scores.boards;
    const [judgment] = input.judgments.filter(({ protocol }) => protocol === SINGLE_PROTOCOL);
    if (board?.metric !== "rating" || judgment?.status !== "judged") throw new Error("no rating");
    const rated = (protocol: string, rating: number) => ({
      ...judgment,
      protocol,
      verdict: { kind: "rating" as const, rating },
    });
    const flagged = (rating: number, other: number) => {
      const boards = [
        board,
        ...["r", "s"].map((protocol) => ({ ...board, protocol, scale: { low: 0, high: 100 } })),
      ];
      const judgments = [rated(SINGLE_PROTOCOL, 6), rated("r", rating), rated("s", other)];
      const given = { ...input, scores: { ...input.scores, boards }, judgments };
      const found = reportView(given).reading.find(({ id }) => id === judgment.questionId);
      const entry = indexOf(given).index.questions.find(({ id }) => id === judgment.questionId);
      const highest = found?.verdicts.map(({ outcome }) =>
        outcome.kind === "rating" ? outcome.highest : null,
      );
      return { highest, disagree: ((entry?.flags ?? 0) & QUESTION_FLAGS.judgesDisagree) !== 0 };
    };
    expect(flagged(60, 65)).toEqual({ highest: [undefined, 100, 100], disagree: false });
    expect(flagged(60, 85).disagree).toBe(true);
  });

  it("filters and sorts", () => {
    const pair: readonly [number, number] = [0, 1];
    const ids = (filter: Partial<typeof NO_FILTER>, found: ReadonlySet<number> | null = null) =>
      filterQuestions(index, { ...NO_FILTER, ...filter }, found, pair).map(
        (entry) => index.questions[entry]?.id,
      );
    expect(ids({ category: "math" })).toEqual(["104", "112", "120"]);
    expect(ids({ show: "unreadable" })).toEqual(["107"]);
    expect(ids({}, new Set([2, 5]))).toEqual(["103", "106"]);
    expect(ids({ model: "harbor-base" })).toHaveLength(24);
    const moved = filterQuestions(index, { ...NO_FILTER, sort: "moved" }, null, pair).map((entry) => {
      const scores = index.questions[entry]?.scores[0] ?? [];
      return scores[0] == null || scores[1] == null ? null : Math.abs(scores[1] - scores[0]);
    });
    const known = moved.filter((value) => value !== null);
    expect(known).toEqual([...known].sort((x, y) => y - x));
    expect(moved.slice(0, known.length)).toEqual(known);
    const view = reportView(input);
    const splits = ["119", "104"].map((questionId) => ({ questionId, turn: 1, models: [], verdicts: [] }));
    const boards = view.boards.map((board, at) =>
      at === 0 ? { ...board, jury: { text: [], title: "", leftOut: [], splits } } : board,
    );
    const { texts: _, ...parts } = chunkReading(view.reading);
    const withSplits = indexReading({ ...view, boards }, parts);
    const worth = filterQuestions(withSplits, { ...NO_FILTER, sort: "worth" }, null, pair).map(
      (entry) => withSplits.questions[entry],
    );
    expect(worth.slice(0, 2).map((question) => question?.id)).toEqual(["119", "104"]);
    // Then what else is marked, and the rest in the suite's order.
    const marked = worth.slice(2).map((question) => (question?.flags ?? 0) !== 0);
    expect(marked.indexOf(false)).toBeGreaterThan(0);
    expect(marked.lastIndexOf(true)).toBeLessThan(marked.indexOf(false));
    const lowest = ids({ sort: "lowest", model: SAMPLE_MODELS[3] });
    const scoreOf = (id: string | undefined) =>
      index.questions[place(id ?? "")]?.scores[0]?.[index.models.indexOf(SAMPLE_MODELS[3])];
    expect(scoreOf(lowest[0]) ?? 10).toBeLessThanOrEqual(scoreOf(lowest[1]) ?? 0);
    for (const id of ids({ model: SAMPLE_MODELS[0], from: "9" })) {
      expect(index.questions[place(id ?? "")]?.scores[0]?.[0]).toBeGreaterThanOrEqual(9);
    }
  });
});
