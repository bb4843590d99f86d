import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { RewardShapeName } from "../../harness/models/reward/reward-shapes.js";

/**
 * Reward servers as their documentation describes them: modelled, not the real software. The reward of a text is the
 * last number behind `reward=` in it; `reward=none` gives null, and a text with `TOO-LONG` is refused.
 */
export interface RewardServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly bodies: readonly Fields[];
  close(): Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;

interface RewardServerOptions {
  /** Older servers know no such parameter and go on squashing. */
  readonly ignoresRaw?: boolean;
  /** Outputs besides the reward, which is the last one. */
  readonly heads?: number;
  /** Reward of a text that names none; null by default. */
  readonly otherwise?: number;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

function namedReward(text: string, otherwise: number | undefined): number | null {
  const said = [...text.matchAll(/reward=(none|-?[\d.]+)/g)].at(-1)?.[1];
  if (said === undefined) return otherwise ?? null;
  return said === "none" ? null : Number(said);
}

/** As float32 gives it: a reward of 17 and more is 1. */
function sigmoid(value: number | null): number | null {
  return value === null ? null : Math.fround(1 / (1 + Math.exp(-value)));
}

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [String(value)];

function vllmTexts({ messages, input }: Fields): readonly string[] {
  return messages === undefined ? listOf(input) : [JSON.stringify(messages)];
}

const usage = (texts: readonly string[]) => ({
  prompt_tokens: 10 * texts.length,
  total_tokens: 10 * texts.length,
});

const tooLong = (texts: readonly string[]) => texts.some((text) => text.includes("TOO-LONG"));

function handlerOf(shape: RewardShapeName, options: RewardServerOptions) {
  const { heads = 0, ignoresRaw = false } = options;
  const rewardIn = (text: string) => namedReward(text, options.otherwise);
  const others = Array.from({ length: heads }, (_, index) => index / 8);
  const outputOf = (text: string, isRaw: boolean) =>
    isRaw && !ignoresRaw ? rewardIn(text) : sigmoid(rewardIn(text));
  const named = (text: string, isRaw: boolean) =>
    [...others, outputOf(text, isRaw)]
      .map((score, index) => ({ score, label: `LABEL_${index}` }))
      .sort((x, y) => Number(y.score) - Number(x.score));
  const handlers: Record<RewardShapeName, { path: string; answer(body: Fields): Answered }> = {
    "vllm-classify": {
      path: "/classify",
      answer: (body) => {
        const texts = vllmTexts(body);
        if (tooLong(texts))
          return {
            status: 400,
            body: {
              error: {
                message:
                  "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
                code: 400,
              },
            },
          };
        const data = texts.map((text, index) => ({
          index,
          label: "LABEL_0",
          probs: [...others, outputOf(text, body.use_activation === false)],
          num_classes: heads + 1,
        }));
        return {
          status: 200,
          body: {
            id: "classify-1",
            object: "list",
            created: 1,
            model: body.model,
            data,
            usage: usage(texts),
          },
        };
      },
    },
    "vllm-pooling": {
      path: "/pooling",
      answer: (body) => {
        const texts = vllmTexts(body);
        const data = texts.map((text, index) => ({
          index,
          object: "pooling",
          // One value per token; the last one counts.
          data: [[0.125], [0.25], [outputOf(text, body.use_activation === false)]],
        }));
        return {
          status: 200,
          body: { id: "pool-1", object: "list", created: 1, model: body.model, data, usage: usage(texts) },
        };
      },
    },
    sglang: {
      path: "/classify",
      answer: ({ text }) => ({
        status: 200,
        body: listOf(text).map((one, index) => ({
          embedding: [rewardIn(one)],
          meta_info: { id: String(index), prompt_tokens: 10 },
        })),
      }),
    },
    tei: {
      path: "/predict",
      answer: ({ inputs, raw_scores: isRaw }) => {
        if (!Array.isArray(inputs) || inputs.some((one) => !Array.isArray(one) || one.length !== 1))
          return { status: 422, body: { error: "not a batch of single texts", error_type: "Validation" } };
        const texts = inputs.flat().map(String);
        if (tooLong(texts))
          return {
            status: 413,
            body: { error: "inputs must have less than 512 tokens", error_type: "Validation" },
          };
        return { status: 200, body: texts.map((text) => named(text, isRaw === true)) };
      },
    },
    infinity: {
      path: "/classify",
      answer: ({ input, model, raw_scores: isRaw }) => ({
        status: 200,
        body: {
          object: "classify",
          data: listOf(input).map((text) => named(text, isRaw === true)),
          model,
          usage: usage(listOf(input)),
          id: "1",
          created: 1,
        },
      }),
    },
    rerank: {
      path: "/rerank",
      answer: ({ documents, model }) => {
        const results = listOf(documents).map((text, index) => ({ index, relevance_score: rewardIn(text) }));
        // Sorted by score, as all of them do.
        results.sort((x, y) => Number(y.relevance_score) - Number(x.relevance_score));
        return { status: 200, body: { model, object: "list", usage: usage(listOf(documents)), results } };
      },
    },
  };
  return handlers[shape];
}

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as Fields;
}

/** Starts a server of one shape on a free port of this machine. */
export async function startRewardServer(
  shape: RewardShapeName,
  options: RewardServerOptions = {},
): Promise<RewardServer> {
  const bodies: Fields[] = [];
  const { path, answer } = handlerOf(shape, options);
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    bodies.push(body);
    const { status, body: answered } =
      request.url === path ? answer(body) : { status: 404, body: { detail: "Not Found" } };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
