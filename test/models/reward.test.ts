import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GenerationRequest, Model } from "../../harness/core/records.js";
import { createModel } from "../../harness/models/create-model.js";
import { type RewardShapeName, rewardShapeNames } from "../../harness/models/reward/reward-shapes.js";
import { pooledReward } from "../../harness/models/reward/reward-values.js";
import { describeModelContract, rejectionOf, requestAbout } from "../contracts/model-contract.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";
import { type RewardServer, startRewardServer } from "../server/reward-server.js";

const folder = temporaryFolder();
const TEMPLATE =
  "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
const FILE = join(folder, "tokenizer_config.json");
writeFileSync(FILE, JSON.stringify({ chat_template: TEMPLATE, bos_token: "<s>", eos_token: "</s>" }));

let server: RewardServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const needsFile = (shape: RewardShapeName) => shape === "sglang" || shape === "tei" || shape === "infinity";

async function modelAt(
  url: string,
  shape: RewardShapeName,
  options: Record<string, string | number> = {},
  template = needsFile(shape) ? FILE : undefined,
): Promise<Model> {
  return createModel(
    {
      id: "rm",
      adapter: "reward",
      model: "rm-1",
      baseUrl: url,
      options: { shape, ...options },
      ...(template === undefined ? {} : { template }),
    },
    { environment: {} },
  );
}

/** A pair of answers to "Hi". */
function pair(a: string, b: string): GenerationRequest {
  const chat = (content: string) => [
    { role: "user", content: "Hi" } as const,
    { role: "assistant", content } as const,
  ];
  return requestAbout("q", "", { messages: [...chat(a), ...chat(b)], parameters: { conversations: 2 } });
}

const idle = () => ({ signal: new AbortController().signal });

describeModelContract("reward", async () => {
  const own = await startRewardServer("vllm-classify");
  const model = () => modelAt(own.url, "vllm-classify");
  const one = (content: string) =>
    requestAbout("q", content, {
      messages: [{ role: "assistant", content }],
      parameters: { conversations: 1 },
    });
  return {
    model: await model(),
    twin: await model(),
    answerable: (index) => ({ request: one(`reward=${1000 + index}`), text: String(1000 + index) }),
    failing: one("TOO-LONG"),
    secrets: [],
    close: () => own.close(),
  };
});

describe("each kind of server", () => {
  it.each(rewardShapeNames)("%s gives raw rewards in the order of the answers", async (shape) => {
    server = await startRewardServer(shape);
    const model = await modelAt(server.url, shape);
    const { text } = await model.generate(pair("reward=-18.5", "reward=21.25"), idle());
    expect(text).toBe("[-18.5,21.25]");
  });

  it("is asked as its documentation says", async () => {
    const asked: Record<string, unknown> = {};
    for (const shape of rewardShapeNames) {
      server = await startRewardServer(shape);
      const model = await modelAt(`${server.url}/v1/`, shape);
      await model.generate(pair("reward=1", "reward=2"), idle());
      asked[shape] = server.bodies;
      await server.close();
    }
    const messages = (content: string) => [
      { role: "user", content: "Hi" },
      { role: "assistant", content },
    ];
    // The server adds the beginning itself; no further turn is opened.
    const texts = ["<user>Hi</s><assistant>reward=1</s>", "<user>Hi</s><assistant>reward=2</s>"];
    const vllm = (content: string) => ({
      model: "rm-1",
      messages: messages(content),
      add_generation_prompt: false,
      use_activation: false,
    });
    expect(asked).toEqual({
      "vllm-classify": [vllm("reward=1"), vllm("reward=2")],
      "vllm-pooling": [
        { ...vllm("reward=1"), encoding_format: "float" },
        { ...vllm("reward=2"), encoding_format: "float" },
      ],
      sglang: [{ text: texts }],
      tei: [{ inputs: texts.map((text) => [text]), raw_scores: true }],
      infinity: [{ model: "rm-1", input: texts, raw_scores: true }],
      rerank: [
        {
          model: "rm-1",
          query: "Hi",
          documents: ["reward=1", "reward=2"],
          use_activation: false,
          raw_scores: true,
        },
      ],
    });
  });

  it("takes a template file in vLLM's place, several conversations in one call", async () => {
    server = await startRewardServer("vllm-classify");
    const model = await modelAt(server.url, "vllm-classify", {}, FILE);
    const { text, usage } = await model.generate(pair("reward=1", "reward=2"), idle());
    expect([text, usage, server.bodies.length]).toEqual(["[1,2]", { inputTokens: 20, outputTokens: 0 }, 1]);
  });

  it("loses the difference of large rewards where it squashes them", async () => {
    server = await startRewardServer("tei");
    const model = await modelAt(server.url, "tei", { activation: "as-served" });
    const { text } = await model.generate(pair("reward=18", "reward=25"), idle());
    expect(text).toBe("[1,1]");
    expect(server.bodies[0]).not.toHaveProperty("raw_scores");
  });
});

describe("batches", () => {
  it("ask for each conversation once, full batches at once and the rest when nothing is under way", async () => {
    server = await startRewardServer("infinity");
    const model = await modelAt(server.url, "infinity", { batch: 4 });
    const requests = [1, 2, 3].map((number) => pair("reward=0", `reward=${number}`));
    const replies = await Promise.all(requests.map((request) => model.generate(request, idle())));
    expect(replies.map(({ text }) => text)).toEqual(["[0,1]", "[0,2]", "[0,3]"]);
    // The first pair found nothing under way; the two others waited for it, and share the baseline's reward.
    expect(server.bodies.map(({ input }) => (input as string[]).length)).toEqual([2, 2]);
    const tokens = replies.reduce((sum, { usage }) => sum + (usage?.inputTokens ?? Number.NaN), 0);
    expect(tokens).toBe(40);
    await model.generate(pair("reward=3", "reward=1"), idle());
    expect(server.bodies).toHaveLength(2);
  });

  it("score equal answers as the one conversation that they are", async () => {
    server = await startRewardServer("vllm-classify");
    const model = await modelAt(server.url, "vllm-classify");
    expect((await model.generate(pair("reward=5", "reward=5"), idle())).text).toBe("[5,5]");
    expect(server.bodies).toHaveLength(1);
  });

  it("fail for the one conversation that is refused, and for none beside it", async () => {
    server = await startRewardServer("tei");
    const model = await modelAt(server.url, "tei");
    const good = model.generate(pair("reward=5", "reward=6"), idle());
    const bad = rejectionOf(model.generate(pair("TOO-LONG", "reward=7"), idle()));
    const other = model.generate(pair("reward=8", "reward=9"), idle());
    expect((await good).text).toBe("[5,6]");
    expect(await bad).toMatchObject({ code: "context-overflow", retryable: false });
    expect((await other).text).toBe("[8,9]");
  });
});

describe("a reward that is none", () => {
  it.each(rewardShapeNames)("is no number that could be compared: %s with null", async (shape) => {
    server = await startRewardServer(shape);
    const model = await modelAt(server.url, shape);
    const error = await rejectionOf(model.generate(pair("reward=1", "reward=none"), idle()));
    expect(error).toMatchObject({ code: "invalid-response", retryable: false });
    expect(error.message).toContain("the reward is null, not a finite number");
  });

  it("is one of several that nobody named", async () => {
    server = await startRewardServer("vllm-classify", { heads: 2 });
    const unnamed = await modelAt(server.url, "vllm-classify");
    const error = await rejectionOf(unnamed.generate(pair("reward=1", "reward=2"), idle()));
    expect(error.message).toContain("the endpoint gives 3 values: say which one is the reward with `label`");
    const named = await modelAt(server.url, "vllm-classify", { label: 2 });
    expect((await named.generate(pair("reward=1", "reward=2"), idle())).text).toBe("[1,2]");
  });

  it("is found by its name where scores are sorted, whatever place it has", async () => {
    server = await startRewardServer("tei", { heads: 2 });
    for (const label of [2, "LABEL_2"]) {
      const model = await modelAt(server.url, "tei", { label });
      // 0.0625 lies between the two other outputs.
      expect((await model.generate(pair("reward=-3", "reward=0.0625"), idle())).text).toBe("[-3,0.0625]");
    }
    const wrong = await modelAt(server.url, "tei", { label: "quality" });
    const error = await rejectionOf(wrong.generate(pair("reward=1", "reward=2"), idle()));
    expect(error.message).toContain("no score for quality, only for");
  });

  it("is the last token's where a server pools every token", () => {
    expect(pooledReward([[0.5], [0.75], [-2]], undefined)).toBe(-2);
    expect(pooledReward([0.5, 0.75, -2], "last")).toBe(-2);
    expect(
      pooledReward(
        [
          [1, 2],
          [3, 4],
        ],
        1,
      ),
    ).toBe(4);
    expect(pooledReward("AAAA", undefined)).toEqual({ reason: "the endpoint gives no list of values" });
  });
});

describe("a reward model's description", () => {
  it.each([
    ["without a shape", { baseUrl: "http://localhost:1", options: {} }, "reward-endpoint-missing"],
    ["without an address", { options: { shape: "tei" } }, "reward-endpoint-missing"],
    ["of an unknown shape", { baseUrl: "http://localhost:1", options: { shape: "vllm" } }, "bad-option"],
    [
      "without the file that TEI needs",
      { baseUrl: "http://localhost:1", options: { shape: "tei" } },
      "reward-template",
    ],
    [
      "of a reranker with a template",
      { baseUrl: "http://localhost:1", template: FILE, options: { shape: "rerank" } },
      "reward-template",
    ],
    [
      "with a name where there are numbers",
      { baseUrl: "http://localhost:1", options: { shape: "vllm-classify", label: "good" } },
      "bad-option",
    ],
    [
      "with a file that is not there",
      { baseUrl: "http://localhost:1", template: "none.jinja", options: { shape: "tei" } },
      "bad-template",
    ],
  ])("is refused %s", async (_, fields, code) => {
    const made = createModel({ id: "rm", adapter: "reward", model: "rm-1", ...fields } as never, {
      environment: {},
    });
    await expect(made).rejects.toMatchObject({ code });
  });

  it("is that of a judge: it answers no question", async () => {
    const model = await modelAt("http://localhost:1", "vllm-classify");
    const error = await rejectionOf(model.generate(requestAbout("q", "Hi"), idle()));
    expect(error).toMatchObject({ code: "bad-request", retryable: false });
  });
});
