import { getEventListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EndpointError } from "../../harness/core/errors.js";
import type { ChatMessage, GenerationRequest, Model } from "../../harness/core/records.js";

/** A model as the contract wants it for its tests. */
export interface ContractSubject {
  readonly model: Model;
  /** A second model made from the same options. */
  readonly twin: Model;
  /** The nth request (from 0) that the model answers, and a text that its reply and no other's holds. */
  answerable(index: number): { readonly request: GenerationRequest; readonly text: string };
  /** A request that the model cannot answer. */
  readonly failing: GenerationRequest;
  /** A request that is never answered, and a promise that resolves when the model has begun with it. */
  readonly hanging?: { readonly request: GenerationRequest; readonly begun: () => Promise<void> };
  /** Texts that must not show up in identity or errors. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

const ERROR_CODES = [
  "rate-limited",
  "server-error",
  "connection-failed",
  "timeout",
  "invalid-response",
  "context-overflow",
  "content-filtered",
  "unauthorized",
  "model-not-found",
  "quota-exceeded",
  "bad-request",
  "no-recording",
  "program-failed",
  "adapter-failed",
];

const FINISH_REASONS = ["stop", "length", "content-filter", "tool-calls", "unknown"];

/** A request with one user message, about question `questionId`. */
export function requestAbout(
  questionId: string,
  prompt: string,
  extra: Partial<GenerationRequest> = {},
): GenerationRequest {
  const messages: ChatMessage[] = [{ role: "user", content: prompt }];
  return {
    messages,
    parameters: {},
    subject: { kind: "answer", suite: "contract", questionId, turn: 1, trial: 1 },
    ...extra,
  };
}

/** What a promise is rejected with; fails the test when it is not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<EndpointError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) throw new Error(`expected a rejection, got ${JSON.stringify(outcome.value)}`);
  expect(outcome.error).toBeInstanceOf(EndpointError);
  if (!(outcome.error instanceof EndpointError)) throw outcome.error;
  return outcome.error;
}

const idle = () => new AbortController().signal;

/** The tests that every adapter passes, whatever it asks. */
export function describeModelContract(name: string, setUp: () => Promise<ContractSubject>): void {
  describe(`${name} keeps the model contract`, () => {
    let subject: ContractSubject;
    beforeAll(async () => {
      subject = await setUp();
    });
    afterAll(() => subject.close());

    it("gives a generation that survives JSON", async () => {
      const { request, text } = subject.answerable(0);
      const generation = await subject.model.generate(request, { signal: idle() });
      expect(generation.text).toContain(text);
      expect(FINISH_REASONS).toContain(generation.finishReason);
      expect(JSON.parse(JSON.stringify(generation))).toEqual(generation);
    });

    it("does not mix up calls that run at the same time", async () => {
      const asked = Array.from({ length: 20 }, (_, index) => subject.answerable(index));
      const replies = await Promise.all(
        asked.map(({ request }) => subject.model.generate(request, { signal: idle() })),
      );
      for (const [index, reply] of replies.entries()) expect(reply.text).toContain(asked[index]?.text);
    });

    it("rejects with an EndpointError of a known code", async () => {
      const error = await rejectionOf(subject.model.generate(subject.failing, { signal: idle() }));
      expect(ERROR_CODES).toContain(error.code);
      expect(error.message).not.toBe("");
      for (const secret of subject.secrets) {
        expect(`${error.message} ${error.remedy} ${error.stack} ${JSON.stringify(error)}`).not.toContain(
          secret,
        );
      }
    });

    it("rejects at once when it was aborted before", async () => {
      const { request } = subject.answerable(1);
      const error = await rejectionOf(subject.model.generate(request, { signal: AbortSignal.abort() }));
      expect(error.retryable).toBe(true);
    });

    it("rejects promptly when it is aborted while it waits, and goes on working", async () => {
      const { hanging } = subject;
      if (hanging === undefined) return;
      const controller = new AbortController();
      const pending = rejectionOf(subject.model.generate(hanging.request, { signal: controller.signal }));
      await hanging.begun();
      const aborted = performance.now();
      controller.abort();
      const error = await pending;
      expect(performance.now() - aborted).toBeLessThan(1000);
      expect(error.code).toBe("timeout");
      const { request, text } = subject.answerable(2);
      expect((await subject.model.generate(request, { signal: idle() })).text).toContain(text);
    });

    it("leaves nothing behind on a signal that many calls share", async () => {
      const { signal } = new AbortController();
      for (let index = 0; index < 3; index++) {
        await subject.model.generate(subject.answerable(index).request, { signal });
      }
      await rejectionOf(subject.model.generate(subject.failing, { signal }));
      expect(getEventListeners(signal, "abort")).toHaveLength(0);
    });

    it("has an identity that is plain data, the same each time, without secrets or addresses", () => {
      const { identity, id, endpoint } = subject.model;
      expect(JSON.parse(JSON.stringify(identity))).toEqual(identity);
      expect(subject.twin.identity).toEqual(identity);
      expect(identity.adapter).toBeTypeOf("string");
      const shown = JSON.stringify([identity, endpoint]);
      for (const secret of subject.secrets) expect(shown).not.toContain(secret);
      expect(JSON.stringify(identity)).not.toMatch(/https?:|\/tmp|127\.0\.0\.1/);
      expect(id).not.toBe("");
      expect(endpoint).not.toBe("");
    });

    it("can be closed twice", async () => {
      await subject.twin.close?.();
      await subject.twin.close?.();
    });
  });
}
