import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type RewardShapeName, rewardShapeNames } from "../../../harness/models/reward/reward-shapes.js";
import { workFolder } from "../../e2e/command.js";
import { recordsIn, scoresOf, writeSuite } from "../../e2e/run-records.js";
import { type RewardServer, startRewardServer } from "../../server/reward-server.js";
import { startServer, type TestServer } from "../../server/server.js";
import { runHere } from "../command-runner.js";

let servers: readonly (TestServer | RewardServer)[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

const TEMPLATE = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}";

interface Setting {
  /** Answers of the models, which name their own reward to the modelled server. */
  readonly answer: (model: string, question: number) => string;
  readonly reward?: string;
  readonly ignoresRaw?: boolean;
}

/** A run of two models on four questions of two turns, judged by a reward model. */
async function judged(shape: RewardShapeName, { answer, reward = "", ignoresRaw = false }: Setting) {
  const models = await startServer({
    reply: ({ model, prompt }) => answer(model, Number(/(\d+)\?$/.exec(prompt)?.[1] ?? 0)),
  });
  const rewards = await startRewardServer(shape, { ignoresRaw });
  servers = [models, rewards];
  const cwd = workFolder();
  writeFileSync(join(cwd, "rm.jinja"), TEMPLATE);
  const template = shape.startsWith("vllm") || shape === "rerank" ? "" : ", template: { file: rm.jinja }";
  writeFileSync(
    join(cwd, "assay.yaml"),
    `suites: [${writeSuite(cwd, 4)}]
models: [a, b]
baseUrl: ${models.baseUrl}
mode: pairwise-all
judges:
  - model: rm-1
    reward: { endpoint: ${rewards.url}, shape: ${shape}${template}${reward} }
`,
  );
  const args = ["run", "assay.yaml", "--out", "run", "--no-cache", "--format", "csv"];
  return { models, rewards, cwd, run: () => runHere(args, { cwd }) };
}

/** Conversations of one call. */
function inputsOf({ messages, input, text, inputs, documents }: Readonly<Record<string, unknown>>): number {
  const list = input ?? text ?? inputs ?? documents;
  return messages === undefined && Array.isArray(list) ? list.length : 1;
}

const better = (model: string, question: number) =>
  model === "b" && question === 0 ? 9 : model === "a" ? 4 : 2;

describe("a run that a reward model judges", () => {
  test.each(rewardShapeNames)(
    "%s: boards of pairs, records with rewards, nothing asked twice",
    async (shape) => {
      const { run, cwd, rewards } = await judged(shape, {
        answer: (model, question) => `Answer with reward=${better(model, question)}`,
      });
      expect(await run()).toMatchObject({ code: 0 });
      const { boards } = scoresOf(join(cwd, "run")) as { boards: Record<string, unknown>[] };
      const [board] = boards;
      expect(boards).toHaveLength(1);
      expect(board).toMatchObject({ metric: "win-rate", mode: "pairwise-all", judge: "rm-1" });
      expect(board?.protocol).toMatch(shape === "rerank" ? /^reranker@rm-1~/ : /^reward@rm-1~/);
      // a wins three of four questions, in both turns.
      expect(board?.models).toMatchObject([
        { model: "a", winRateAdjusted: 75, missing: 0, positionConsistency: 100 },
        { model: "b", winRateAdjusted: 25 },
      ]);
      const judgments = recordsIn(join(cwd, "run", "judgments"));
      expect(judgments).toHaveLength(16);
      const byQuestion = Object.fromEntries(
        judgments
          .filter(({ order }) => order === 1)
          .map(({ questionId, verdict }) => [questionId, (verdict as { rewards: unknown }).rewards]),
      );
      expect(byQuestion).toEqual({ q0: [4, 9], q1: [4, 2], q2: [4, 2], q3: [4, 2] });
      // Two models, four questions, two turns: each answer is scored once for both orders.
      expect(rewards.bodies.reduce((sum, body) => sum + inputsOf(body), 0)).toBe(16);
      const asked = rewards.bodies.length;
      expect(await run()).toMatchObject({ code: 0 });
      expect(rewards.bodies).toHaveLength(asked);
    },
  );

  test("says that a server squashes rewards although raw ones were asked for", async () => {
    const { run, cwd } = await judged("vllm-classify", {
      answer: (model) => `reward=${model === "a" ? 20 : 30}`,
      ignoresRaw: true,
    });
    const { stdout, stderr } = await run();
    const { warnings } = scoresOf(join(cwd, "run")) as { warnings: { code: string; message: string }[] };
    expect(warnings.find(({ code }) => code === "squashed-rewards")?.message).toContain(
      "all 16 rewards on suite lie between 0 and 1, as after a sigmoid or softmax; 8 draws of 8 stand at 0 or 1",
    );
    expect(stdout + stderr).toContain("lie between 0 and 1");
  });

  test("keeps a reward that is not finite as a failed record, and the other verdicts", async () => {
    const { run, cwd } = await judged("vllm-classify", {
      answer: (model, question) => `reward=${model === "b" && question === 2 ? "none" : 3}${model}`,
    });
    await run();
    const failed = recordsIn(join(cwd, "run", "judgments")).filter(({ status }) => status === "failed");
    expect(failed.map(({ questionId }) => questionId)).toEqual(["q2", "q2", "q2", "q2"]);
    expect(failed[0]).toMatchObject({ error: { code: "invalid-response", retryable: false } });
  });

  test("draws within epsilon, and weighs with the logistic function where soft", async () => {
    const answer = (model: string) => `reward=${model === "a" ? 1 : 2}`;
    for (const [reward, winRate] of [
      [", epsilon: 1", 50],
      [", preference: soft", 100 / (1 + Math.E)],
    ] as const) {
      const { run, cwd, models, rewards } = await judged("vllm-pooling", { answer, reward });
      expect(await run()).toMatchObject({ code: 0 });
      const { boards } = scoresOf(join(cwd, "run")) as { boards: { models: Record<string, unknown>[] }[] };
      const row = boards[0]?.models.find(({ model }) => model === "a");
      expect(row?.winRateAdjusted ?? row?.winRate).toBeCloseTo(winRate, 10);
      await Promise.all([models.close(), rewards.close()]);
    }
    servers = [];
  });
});

describe("best of n", () => {
  test("says what another judge of the run gives the trials that the reward model picks", async () => {
    const trials = new Map<string, number>();
    const models = await startServer({
      reply: ({ model, prompt }) => {
        // A judge that rates by the reward in the answer, and answers whose rewards are 2, 4 and 6 in turn.
        if (model === "grader") {
          const [, code = ""] = /\[([0-9a-f]{12})\]/.exec(prompt) ?? [];
          return `FINAL RATING [${code}]: ${/reward=(\d)/.exec(prompt)?.[1] ?? 1}`;
        }
        const count = trials.get(`${model} ${prompt}`) ?? 0;
        trials.set(`${model} ${prompt}`, count + 1);
        return `reward=${2 + 2 * (count % 3)}`;
      },
    });
    const rewards = await startRewardServer("vllm-classify");
    servers = [models, rewards];
    const cwd = workFolder();
    writeFileSync(
      join(cwd, "own.yaml"),
      'questions: [{ id: q, category: c, turns: ["Hi?"] }, { id: r, category: c, turns: ["Ho?"] }]\n',
    );
    writeFileSync(
      join(cwd, "assay.yaml"),
      `suites: [own.yaml]
models: [a, b]
baseUrl: ${models.baseUrl}
trials: 3
report: { formats: [json] }
judges:
  - { model: rm-1, mode: pairwise-all, reward: { endpoint: ${rewards.url}, shape: vllm-classify } }
  - { model: grader, protocol: assay, mode: single }
`,
    );
    const { code, stdout } = await runHere(["run", "assay.yaml", "--out", "run", "--no-cache"], { cwd });
    expect(code).toBe(0);
    const { boards } = scoresOf(join(cwd, "run")) as { boards: { bestOf?: Record<string, unknown>[] }[] };
    const row = boards.flatMap(({ bestOf = [] }) => bestOf).find(({ model }) => model === "a");
    expect(row?.picks).toMatchObject([
      { reward: 6, of: 3 },
      { reward: 6, of: 3 },
    ]);
    expect(row?.judges).toMatchObject([{ judge: "grader", picked: 6, mean: 4, gain: 2 }]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Best of 3 for a: grader gives the trials that the reward model picks 6.00, all trials 4.00 (+2.00",
    );
  });
});

describe("a reward model under attack", () => {
  test("is audited and measured from its config file, as any judge", async () => {
    const rewards = await startRewardServer("vllm-classify", { otherwise: -1 });
    servers = [rewards];
    const cwd = workFolder();
    writeFileSync(
      join(cwd, "rm.yaml"),
      `judges: [{ model: rm-1, reward: { endpoint: ${rewards.url}, shape: vllm-classify } }]\n`,
    );
    const attack = ["audit", "--config", "rm.yaml", "--mode", "pairwise", "--limit", "1", "--json"];
    const audited = await runHere(attack, { cwd });
    expect(audited.code).toBe(0);
    const { judge, attacks } = JSON.parse(audited.stdout) as { judge: string; attacks: unknown[] };
    expect([judge, attacks.length > 5]).toEqual(["reward", true]);
    writeFileSync(
      join(cwd, "set.jsonl"),
      [
        { prompt: "Hi", a: "reward=2", b: "reward=1", label: "a" },
        { prompt: "Ho", a: "reward=2", b: "reward=3", label: "b" },
        { prompt: "Ha", a: "reward=2", b: "reward=2", label: "b" },
      ]
        .map((row) => JSON.stringify(row))
        .join("\n"),
    );
    const bench = ["judge-bench", "set.jsonl", "--config", "rm.yaml", "--out", "bench"];
    expect(await runHere(bench, { cwd })).toMatchObject({ code: 0 });
    const decisions = readFileSync(join(cwd, "bench", "decisions.jsonl"), "utf8");
    expect(decisions.trim().split("\n")).toHaveLength(3);
  });
});

describe("a reward judge that cannot be", () => {
  test.each([
    ["{ endpoint: http://localhost:1, shape: vllm }", "", /assay\.yaml:\d+.*shape/s],
    ["{ endpoint: http://localhost:1, shape: tei }", "", /does not write the chat template itself/],
    ["{ endpoint: http://localhost:1, shape: tei, epsilom: 1 }", "", /epsilom.*epsilon/s],
    [
      "{ endpoint: http://localhost:1, shape: vllm-classify }",
      ", baseUrl: http://localhost:2/v1",
      /both "reward" and "baseUrl"/,
    ],
    [
      "{ endpoint: http://localhost:1, shape: vllm-classify, preference: soft, epsilon: 1 }",
      "",
      /epsilon does nothing/,
    ],
    [
      "{ endpoint: http://localhost:1, shape: vllm-classify }",
      ", mode: single",
      /cannot be used in mode single/,
    ],
  ])("%s%s is refused before any call", async (reward, more, said) => {
    const cwd = workFolder();
    writeFileSync(
      join(cwd, "assay.yaml"),
      `suites: [${writeSuite(cwd, 1)}]\nmodels: [a, b]\nbaseUrl: http://localhost:1/v1\nmode: pairwise-all\njudges:\n  - { model: rm-1, reward: ${reward}${more} }\n`,
    );
    const { code, stderr } = await runHere(["run", "assay.yaml", "--out", "run"], { cwd });
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
  });
});
