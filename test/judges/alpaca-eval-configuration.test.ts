import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSwitched } from "../../harness/core/python-random.js";
import type { Generation, TokenLogprob } from "../../harness/core/records.js";
import { locateAsset } from "../../harness/data/locate-asset.js";
import { loadAlpacaEvalConfiguration } from "../../judges/alpaca-eval-configuration.js";
import { createConfiguredJudge } from "../../judges/configured-judge.js";
import { loadJudge } from "../../judges/registry.js";
import { completeDefinition, SHIPPED_DEFINITIONS } from "../../judges/shipped-definitions.js";
import { CHAT_PROMPT, type FixtureFolder, makeFixtures } from "./judge-fixtures.js";

describe("alpaca_eval's configs.yaml", () => {
  let fixtures: FixtureFolder;
  beforeAll(async () => {
    fixtures = await makeFixtures();
    await fixtures.write("configs/shared/prompt.txt", CHAT_PROMPT);
  });
  afterAll(() => fixtures.remove());

  async function load(body: string, name = "mine") {
    const text = `${name}:\n  prompt_template: "shared/prompt.txt"\n  fn_completions: "openai_completions"\n${body}`;
    return loadAlpacaEvalConfiguration(
      join(await fixtures.write(`configs/${name}/configs.yaml`, text), ".."),
    );
  }

  const KEYWORDS = '  completions_kwargs: { model_name: "some-model", max_tokens: 100, temperature: 0 }\n';

  it("with the ranking parser", async () => {
    const definition = await load(`${KEYWORDS}  fn_completion_parser: "ranking_parser"\n  batch_size: 1\n`);
    expect(definition).toMatchObject({
      name: "mine",
      prompt: CHAT_PROMPT,
      defaultModel: "some-model",
      parameters: { maxTokens: 100, temperature: 0 },
      parser: { kind: "ranking", first: "model_1", second: "model_2" },
      orders: "seeded",
    });
  });

  it("with the log-probability parser", async () => {
    const definition = await load(`  completions_kwargs:
    model_name: "some-model"
    max_tokens: 1
    logprobs: true
    top_logprobs: 5
  fn_completion_parser: "logprob_parser"
  completion_parser_kwargs: { numerator_token: "m", denominator_tokens: ["m", "M"], log_prob_index: -1 }
  completion_key: "completions_all"
`);
    expect(definition.parameters).toEqual({ maxTokens: 1, topLogprobs: 5 });
    expect(definition.parser).toEqual({
      kind: "logprobs",
      first: "m",
      second: "M",
      position: -1,
      binary: true,
    });
  });

  it("with what it leaves out as alpaca_eval would have it", async () => {
    const definition = await load(
      `  completions_kwargs: { model_name: x }\n  completion_parser_kwargs:\n    outputs_to_match: { 1: "^first", 2: "^second" }\n`,
    );
    expect(definition).toMatchObject({
      parser: { kind: "patterns", patterns: [{ weightB: 0, pattern: "^first" }, { weightB: 1 }] },
      orders: "seeded",
      seed: "0",
    });
    expect(definition).not.toHaveProperty("baselineFirst");
  });

  it("with an order that is not drawn: the baseline always stands first", async () => {
    const definition = await load(
      `${KEYWORDS}  fn_completion_parser: "lmsys_parser"\n  is_randomize_output_order: false\n`,
    );
    const judge = createConfiguredJudge(definition);
    const drawn = createConfiguredJudge({ ...definition, baselineFirst: false });
    for (const turn of ["2+2", "2+3", "a", "b"]) {
      // Ours is (candidate, baseline): switched means that the baseline stands first.
      expect(judge.isSwitched?.({ id: "1", category: "c", turns: [turn] })).toBe(true);
    }
    expect(judge.identity).not.toEqual(drawn.identity);
  });

  it.each([
    ["7 3\nbecause", 0],
    ["3, 7", undefined],
    ["3,7", 1],
    ["5 5", 0.5],
    ["5", undefined],
    ["five 5", undefined],
    ["5 \n", undefined],
  ])("with lmsys_parser, which reads %j", async (text, weightB) => {
    const judge = createConfiguredJudge(await load(`${KEYWORDS}  fn_completion_parser: "lmsys_parser"\n`));
    const question = { id: "1", category: "c", turns: ["2+2"] };
    const item = { kind: "pair", question, turn: 1, a: ["x"], b: ["y"], nonce: "0" } as const;
    const verdict = judge.read({ text, finishReason: "stop" }, item);
    if (weightB === undefined) expect(verdict).toMatchObject({ kind: "unreadable" });
    else expect(verdict).toMatchObject({ kind: "preference", weightB });
  });

  it("with client_kwargs that say where to ask; other members and other vendors are refused by name", async () => {
    const clients = (members: string) =>
      load(
        `  completions_kwargs: { model_name: x, client_kwargs: ${members} }\n  fn_completion_parser: "ranking_parser"\n`,
      );
    expect((await clients("{ base_url: 'https://api.example/v1', max_retries: 2 }")).defaultModel).toBe("x");
    await expect(clients("{ default_headers: { a: b } }")).rejects.toThrow(/client_kwargs\.default_headers/);
    const claude = `claude:\n  prompt_template: shared/prompt.txt\n  fn_completions: anthropic_completions\n  completions_kwargs: { model_name: x, max_tokens_to_sample: 5 }\n`;
    const file = await fixtures.write("configs/claude/configs.yaml", claude);
    await expect(loadAlpacaEvalConfiguration(join(file, ".."))).rejects.toThrow(
      /"claude\.fn_completions" is anthropic_completions, which asks another vendor's API/,
    );
  });

  it("with a function call, in its older and its newer form", async () => {
    const rest = `  fn_completion_parser: "pipeline_meta_parser"
  completion_parser_kwargs:
    parsers_to_kwargs:
      json_parser: { annotation_key: "ordered_models" }
      ranking_parser: { model_1_name: "m" }
`;
    const older = await load(
      `  completions_kwargs: { model_name: x, function_call: { name: rank }, functions: [{ name: rank, description: d, parameters: { type: object } }] }\n${rest}`,
    );
    const newer = await load(
      `  completions_kwargs: { model_name: x, tool_choice: { type: function, function: { name: rank } }, tools: [{ type: function, function: { name: rank, description: d, parameters: { type: object } } }] }\n${rest}`,
    );
    expect(older.parameters).toEqual({
      tools: [{ name: "rank", description: "d", parameters: { type: "object" } }],
      toolChoice: "rank",
    });
    expect(newer).toEqual(older);
    expect(newer.parser).toEqual({ kind: "tool-ranking", field: "ordered_models", first: "m", second: "M" });
  });

  it("with patterns", async () => {
    const definition = await load(
      `${KEYWORDS}  fn_completion_parser: "regex_parser"\n  completion_parser_kwargs: { outputs_to_match: { 1: '(?:^|\\n)1', 2: "two", 1.5: "both" } }\n`,
    );
    expect(definition.parser).toEqual({
      kind: "patterns",
      patterns: [
        { weightB: 0, pattern: "(?:^|\\n)1" },
        { weightB: 1, pattern: "two" },
        { weightB: 0.5, pattern: "both" },
      ],
    });
  });

  const RANKING = '  fn_completion_parser: "ranking_parser"\n';

  it.each([
    [
      "an unknown parser",
      `${KEYWORDS}  fn_completion_parser: "eval_parser"\n`,
      ':5: "mine.fn_completion_parser" names the parser eval_parser',
    ],
    ["an unknown key", `${KEYWORDS}${RANKING}  batchsize: 1\n`, ':6: "mine.batchsize" is not supported'],
    ["batches", `${KEYWORDS}${RANKING}  batch_size: 5\n`, "only batches of 1 are supported"],
    [
      "an unknown parameter",
      `  completions_kwargs: { model_name: x, tokens_to_favor: [a] }\n${RANKING}`,
      '"mine.completions_kwargs.tokens_to_favor" is not supported',
    ],
    [
      "a processor",
      `${KEYWORDS}${RANKING}  processors_to_kwargs: { OtherProcessor: {} }\n`,
      "OtherProcessor",
    ],
    [
      "logprobs switched off",
      `${KEYWORDS}  fn_completion_parser: "logprob_parser"\n  completion_parser_kwargs: { numerator_token: m, denominator_tokens: [m, M] }\n`,
      "has to switch logprobs on",
    ],
    [
      "three tokens",
      `${KEYWORDS}  fn_completion_parser: "logprob_parser"\n  completion_parser_kwargs: { numerator_token: m, denominator_tokens: [m, M, x] }\n`,
      "one other token",
    ],
    [
      "an unknown model name",
      `${KEYWORDS}${RANKING}  completion_parser_kwargs: { model_1_name: alpha }\n`,
      'the first model "alpha"',
    ],
    ["a second annotator", `${KEYWORDS}${RANKING}other: {}\n`, '"other" is a second annotator'],
  ])("is refused for %s, naming file and key", async (_, body, message) => {
    const failure = load(body);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow("configs.yaml:");
  });

  it("whose prompt is missing is named", async () => {
    const file = await fixtures.write(
      "configs/gone/configs.yaml",
      `gone:\n  prompt_template: "gone/prompt.txt"\n${KEYWORDS}${RANKING}`,
    );
    await expect(loadAlpacaEvalConfiguration(file)).rejects.toThrow("prompt.txt cannot be read");
  });

  it("is recognised by loadJudge, as a folder and as a file", async () => {
    await load(`${KEYWORDS}${RANKING}`);
    const folder = join(fixtures.folder, "configs", "mine");
    const options = { mode: "pairwise-baseline" } as const;
    const judge = await loadJudge(folder, options, fixtures.context);
    expect(judge).toMatchObject({ name: "mine", orders: "seeded", kind: "pair" });
    const same = await loadJudge(join(folder, "configs.yaml"), options, fixtures.context);
    expect(same.identity).toEqual(judge.identity);
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";
const configs = join(mirror, "alpaca_eval", "evaluators_configs");
const results = join(mirror, "alpaca_eval", "results");

async function json<Row>(...path: string[]): Promise<Row[]> {
  return JSON.parse(await readFile(join(results, ...path), "utf8")) as Row[];
}

interface Output {
  readonly instruction: string;
  readonly output: string;
}

interface Annotation {
  readonly instruction: string;
  readonly output_1: string;
  readonly output_2: string;
  readonly preference: number;
  readonly raw_completion: {
    readonly logprobs: {
      readonly content: readonly {
        readonly token: string;
        readonly logprob: number;
        readonly top_logprobs: readonly { readonly token: string; readonly logprob: number }[];
      }[];
    };
  };
}

describe.skipIf(mirror === "")("alpaca_eval as published (needs ASSAY_MIRROR)", () => {
  const context = {
    locateAsset: (id: string) => locateAsset(id, { environment: { ASSAY_MIRROR: mirror } }),
  };

  it("its annotator folders load as they are; the shipped definitions say the same", async () => {
    for (const { name } of SHIPPED_DEFINITIONS) {
      const { definition } = await completeDefinition(name, context);
      const loaded = await loadAlpacaEvalConfiguration(join(configs, name));
      expect({ ...loaded, file: "" }).toEqual({ ...definition, file: "" });
    }
    const binary = await loadAlpacaEvalConfiguration(join(configs, "alpaca_eval_clf_gpt4_turbo"));
    expect(binary.parser).toMatchObject({ kind: "logprobs", binary: true });
    const tool = await loadAlpacaEvalConfiguration(join(configs, "alpaca_eval_cot_gpt4_turbo_fn"));
    expect(tool.parser).toMatchObject({ kind: "tool-ranking", first: "m", second: "M" });
    expect(tool.parameters.tools?.[0]).toMatchObject({ name: "make_partial_leaderboard", strict: true });
  });

  it.each(["alpaca_eval_gpt4", "weighted_alpaca_eval_gpt4_turbo"])(
    "%s: the prompts for claude-2 are alpaca_eval's own, all 805, in its order",
    async (name) => {
      const { definition } = await completeDefinition(name, context);
      const judge = createConfiguredJudge(definition);
      const baseline = name === "alpaca_eval_gpt4" ? "text_davinci_003" : "gpt4_1106_preview";
      const [ours, theirs] = await Promise.all([
        json<Output>("claude-2", "model_outputs.json"),
        json<Output>(baseline, "model_outputs.json"),
      ]);
      const [system = "", user = ""] = definition.prompt.split("<|im_end|>\n<|im_start|>user\n");
      // In either slot: the first four instructions are not all shown in one order.
      const selfNaming = ours.slice(0, 4).map((one) => ({ ...one, output: "I repeat: {output_1}." }));
      expect(new Set(selfNaming.map(({ instruction }) => isSwitched(instruction))).size).toBe(2);
      for (const [index, { instruction, output }] of [...ours, ...selfNaming].entries()) {
        const opponent = theirs[index % 805]?.output ?? "";
        const [first, second] = isSwitched(instruction) ? [output, opponent] : [opponent, output];
        const question = { id: String(index), category: "x", turns: [instruction] };
        // The candidate stands first exactly when the judge does not switch (candidate, baseline).
        expect(judge.isSwitched?.(question)).toBe(first === opponent && first !== output);
        const { messages } = judge.request({
          kind: "pair",
          question,
          turn: 1,
          a: [first],
          b: [second],
          nonce: "0",
        });
        // By hand: cut the template at its placeholders and put the three texts between the pieces.
        const pieces = user.replace(/\n<\|im_end\|>$/, "").split(/\{(?:instruction|output_1|output_2)\}/);
        expect(pieces).toHaveLength(4);
        const byHand = `${pieces[0]}${instruction}${pieces[1]}${first}${pieces[2]}${second}${pieces[3]}`;
        expect(messages).toEqual([
          { role: "system", content: system.replace("<|im_start|>system\n", "").trim() },
          { role: "user", content: byHand },
        ]);
      }
      expect(ours).toHaveLength(805);
    },
  );

  it("NullModel: re-reading the raw log-probabilities gives all 805 stored preferences", async () => {
    const judge = await loadJudge("weighted_alpaca_eval_gpt4_turbo", { mode: "pairwise-baseline" }, context);
    const rows = await json<Annotation>("NullModel", "weighted_alpaca_eval_gpt4_turbo", "annotations.json");
    for (const row of rows) {
      const switched = isSwitched(row.instruction);
      const [a, b] = switched ? [row.output_2, row.output_1] : [row.output_1, row.output_2];
      const logprobs: TokenLogprob[] = row.raw_completion.logprobs.content.map(
        ({ token, logprob, top_logprobs }) => ({ token, logprob, top: top_logprobs }),
      );
      const generation: Generation = { text: logprobs[0]?.token ?? "", finishReason: "length", logprobs };
      const question = { id: "q", category: "x", turns: [row.instruction] };
      const verdict = judge.read(generation, { kind: "pair", question, turn: 1, a: [a], b: [b], nonce: "0" });
      if (verdict.kind !== "preference") throw new Error("no preference");
      const seen = 1 + verdict.weightB;
      expect(switched ? 3 - seen : seen).toBeCloseTo(row.preference, 9);
    }
    expect(rows).toHaveLength(805);
  });
});
