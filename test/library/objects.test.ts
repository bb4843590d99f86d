import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/core/clock.js";
import {
  createSuite,
  type Judge,
  type JudgeObject,
  type Model,
  prepareJudging,
  type ReportFormat,
  type RunInput,
  readAnswers,
  readInput,
  readManifest,
  report,
  resolveConfig,
  run,
  type Services,
  score,
} from "../../harness/index.js";
import { samplePairJudge } from "../pipeline/sample-plan.js";

const suite = createSuite({
  id: "sums",
  questions: [1, 2, 3].map((n) => ({ id: `sum-${n}`, turns: [`${n}+${n}`] })),
});

/** A user's own model: a class, as users write them, with state that only its own methods may touch. */
class Adder implements Model {
  readonly #off: number;
  readonly identity;
  readonly endpoint = "adder";
  calls = 0;
  closed = 0;

  constructor(
    readonly id: string,
    off: number,
  ) {
    this.#off = off;
    this.identity = { adapter: "adder", off };
  }

  async generate({ messages }: Parameters<Model["generate"]>[0]) {
    this.calls++;
    const [a = 0, b = 0] = (messages.at(-1)?.content ?? "").split("+").map(Number);
    return { text: String(a + b + this.#off), finishReason: "stop" } as const;
  }

  async close() {
    this.closed++;
  }
}

/** Rates how near a sum comes; its model only repeats what it is asked. */
const nearness: Judge = {
  name: "nearness",
  kind: "single",
  protocolPrefix: "nearness-single",
  identity: { judge: "nearness", version: 1 },
  parameters: {},
  turns: "each",
  request: (item) => ({
    messages: [
      {
        role: "user",
        content: item.kind === "single" ? `${item.question.turns[0]}=${item.answer[0]}` : "",
      },
    ],
    parameters: {},
  }),
  read: ({ text }) => {
    const [sum = "", answer] = text.split("=");
    const right = sum.split("+").reduce((total, one) => total + Number(one), 0);
    return { kind: "rating", rating: 10 - Math.min(9, Math.abs(right - Number(answer))) };
  },
};

class Echo implements Model {
  readonly id = "echo";
  readonly identity = { adapter: "echo" };
  readonly endpoint = "echo";
  calls = 0;

  async generate({ messages }: Parameters<Model["generate"]>[0]) {
    this.calls++;
    return { text: messages.at(-1)?.content ?? "", finishReason: "stop" } as const;
  }
}

const lines: ReportFormat = {
  summary: "lines.txt: a line for each model",
  async render({ scores }, { gates = [] } = {}) {
    const models = scores.boards.flatMap((board) => board.models.map((one) => one.model));
    return [{ name: "lines.txt", content: `${models.join(",")} ${gates.map((one) => one.outcome)}` }];
  },
};

describe("run takes objects where a config file can only name things", () => {
  let folder = "";
  let out = "";
  let services: Services;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-library-"));
    out = join(folder, "run");
    services = { environment: { ASSAY_HOME: folder }, clock: systemClock, random: () => 0 };
  });

  const asked = () => {
    const [right, wrong, echo] = [new Adder("right", 0), new Adder("wrong", 4), new Echo()];
    const input = {
      suites: [suite],
      models: [right, wrong],
      judges: [{ judge: nearness, model: echo }],
      gates: [{ metric: "missing", model: "right", max: 0 }],
      report: { formats: [lines] },
      cache: false,
      out,
    } satisfies RunInput;
    return { right, wrong, echo, input };
  };

  test("models, judges, suites and formats of reports", async () => {
    const { right, wrong, echo, input } = asked();
    const { scores, gates, files, manifest } = await run(input, { services });
    expect(scores.boards[0]).toMatchObject({
      suite: "sums",
      judge: "echo",
      models: [
        { model: "right", score: 10, n: 3 },
        { model: "wrong", score: 6, n: 3 },
      ],
    });
    expect(gates.map(({ outcome, value }) => [outcome, value])).toEqual([["pass", 0]]);
    expect(files).toEqual([join(out, "report", "lines.txt")]);
    expect(readFileSync(files[0] ?? "", "utf8")).toBe("right,wrong pass");
    expect([right.calls, wrong.calls, echo.calls]).toEqual([3, 3, 6]);
    // What the program made, the program closes.
    expect([right.closed, wrong.closed]).toEqual([0, 0]);
    expect(manifest.config).toMatchObject({
      suites: ["object:sums"],
      models: [
        { id: "right", adapter: "object" },
        { id: "wrong", adapter: "object" },
      ],
      judges: [{ id: "echo", adapter: "object", protocol: "object:nearness" }],
      report: { formats: ["object:lines.txt: a line for each model"] },
    });
    expect(manifest.models.map(({ identity }) => identity)).toEqual([right.identity, wrong.identity]);
  });

  test("the same call resumes, and asks nothing twice; scores and reports need no object", async () => {
    const first = asked();
    await run({ ...first.input, limit: 2 }, { services });
    const { scores } = await run(first.input, { services });
    expect([first.right.calls, first.echo.calls]).toEqual([3, 6]);
    const again = asked();
    await run(again.input, { services });
    expect([again.right.calls, again.wrong.calls, again.echo.calls]).toEqual([0, 0, 0]);
    expect((await score(out, { services })).boards).toEqual(scores.boards);
    const files = await report(out, { services, formats: ["json", lines], out: join(folder, "page") });
    expect(files).toEqual([join(folder, "page", "report.json"), join(folder, "page", "lines.txt")]);
  });

  test("a judge of pairs judges pairs, whatever the suite's own mode; a named model plays an own judge", async () => {
    const longer: Judge = {
      ...samplePairJudge,
      name: "longer",
      request: ({ question }) => ({ messages: [{ role: "user", content: question.id }], parameters: {} }),
      read: (_, item) =>
        item.kind === "pair" && (item.a[0] ?? "") > (item.b[0] ?? "")
          ? { kind: "preference", winner: "a", weightB: 0 }
          : { kind: "preference", winner: "b", weightB: 1 },
    };
    const { input } = asked();
    const judges: JudgeObject[] = [{ judge: longer, model: new Echo() }];
    const { scores } = await run({ ...input, gates: [], judges }, { services });
    expect(scores.boards[0]).toMatchObject({ mode: "pairwise-all", metric: "win-rate" });
    const named = await readInput({ ...input, judges: [{ judge: longer, model: "gpt-4.1" }] });
    expect(named.config.judges).toEqual([{ model: "gpt-4.1", protocol: "object:longer" }]);
  });

  test("another program or command goes on as far as it needs no object, and says what it lacks", async () => {
    const { input } = asked();
    await run(input, { services });
    const config = resolveConfig([readManifest(out).config as Parameters<typeof resolveConfig>[0][0]]);
    await expect(prepareJudging(out, config, services)).rejects.toMatchObject({
      code: "object-missing",
      message: 'the judge "nearness" is an object of the program that made the run',
    });
    const { config: own, objects } = await readInput({
      judges: [{ judge: { ...nearness, identity: { judge: "nearness", version: 2 } }, model: new Echo() }],
    });
    const { plan, close } = await prepareJudging(out, { ...config, judges: own.judges }, services, objects);
    expect(plan.protocols.map(({ planned }) => planned)).toEqual([6]);
    await close();
  });

  test("an answer that throws is a record, and a text that is none is refused", async () => {
    const { input } = asked();
    const broken: Model = {
      id: "broken",
      identity: { adapter: "broken" },
      endpoint: "broken",
      generate: ({ subject }) =>
        subject.questionId === "sum-1"
          ? Promise.reject(new TypeError("no such weights"))
          : Promise.resolve({ text: 2 } as never),
    };
    const own = { ...input, models: [broken], gates: [], maxRetries: 0 };
    const { gaps } = await run(own, { services });
    expect(gaps).toMatchObject({ answersMissing: 3, verdictsMissing: 3 });
    expect([...readAnswers(out)].map((one) => one.status === "failed" && one.error.message)).toEqual([
      "broken failed: no such weights",
      "broken gave a generation without text",
      "broken gave a generation without text",
    ]);
  });

  test.each([
    ["models[0] is a model without an id", { models: [{ ...new Echo(), id: "", generate: async () => {} }] }],
    ["judges[0] is a judge without the model that plays it", { judges: [nearness] }],
    [
      'judges[0].judge is not a judge: "turns"',
      { judges: [{ judge: { ...nearness, turns: 1 }, model: "m" }] },
    ],
    ['suites[0] is not a suite: "hash" is not text', { suites: [{ ...suite, hash: undefined }] }],
    ["report.formats[0] is no format of a report", { report: { formats: [{ summary: "x" }] } }],
    [
      "configuration: models[0].identity.apiKey: a secret must not stand here",
      {
        models: [
          { id: "m", endpoint: "e", identity: { apiKey: "hidden" }, generate: async () => ({ text: "" }) },
        ],
      },
    ],
  ])("%s", async (message, wrong) => {
    const input = { ...asked().input, ...wrong } as unknown as RunInput & { out: string };
    await expect(run(input, { services })).rejects.toThrow(message);
  });
});
