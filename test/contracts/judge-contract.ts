import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../harness/core/hash.js";
import type { Generation, Judge, JudgeItem, Question, Verdict } from "../../harness/core/records.js";
import { ATTACKS } from "./judge-attacks.js";

/** What a well-behaved judge model may answer. */
export type IntendedVerdict =
  | { readonly rating: number; readonly criteria?: readonly number[] }
  | { readonly winner: "a" | "b" | "tie" };

/** A judge under contract, with the replies that its protocol asks a judge model for. */
export interface JudgeContractSubject {
  make(): Judge | Promise<Judge>;
  /** A question that the judge can judge. */
  readonly question: Question;
  /** Verdicts that the protocol can express; at least two. */
  readonly verdicts: readonly IntendedVerdict[];
  reply(verdict: IntendedVerdict): Generation;
  /** What a verdict says besides, such as the rewards that it comes from. */
  besides?(verdict: IntendedVerdict): Partial<Verdict>;
}

/** The code of every call in the contract. */
export const CODE = "4f1d9c02ab77";

/** A reply of plain text. */
export function textReply(text: string): Generation {
  return { text, finishReason: "stop" };
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}

function itemOf(judge: Judge, question: Question, first: string, second: string): JudgeItem {
  const turn = question.turns.length;
  const fill = (text: string) => question.turns.map((_, index) => `${text} ${index + 1}`);
  const nonce = CODE;
  return freeze(
    judge.kind === "single"
      ? { kind: "single", question, turn, answer: fill(first), nonce }
      : { kind: "pair", question, turn, a: fill(first), b: fill(second), nonce },
  );
}

function expected(intended: IntendedVerdict): Verdict {
  if ("rating" in intended) return { kind: "rating", ...intended };
  const { winner } = intended;
  return { kind: "preference", winner, weightB: winner === "a" ? 0 : winner === "b" ? 1 : 0.5 };
}

function mirrored(intended: IntendedVerdict): IntendedVerdict {
  if ("rating" in intended || intended.winner === "tie") return intended;
  return { winner: intended.winner === "a" ? "b" : "a" };
}

/** What every judge must keep to, whatever its protocol. */
export function describeJudgeContract(name: string, subject: JudgeContractSubject): void {
  describe(`judge contract: ${name}`, () => {
    let judge: Judge;
    let plain: JudgeItem;
    beforeAll(async () => {
      judge = await subject.make();
      plain = itemOf(judge, subject.question, "first answer", "second answer");
    });

    it("builds the same request from the same item, without touching the item", () => {
      expect(judge.request(plain)).toEqual(judge.request(plain));
    });

    it("is the same judge when it is made again, down to an identity that survives JSON", async () => {
      const again = await subject.make();
      expect(canonicalJson(again.identity)).toBe(canonicalJson(judge.identity));
      expect(JSON.parse(JSON.stringify(judge.identity))).toEqual(judge.identity);
      expect(again.request(plain)).toEqual(judge.request(plain));
    });

    it("shows the judge every answer of the judged turn", () => {
      const shown = judge
        .request(plain)
        .messages.map((message) => message.content)
        .join("\n");
      const last = subject.question.turns.length;
      expect(shown).toContain(`first answer ${last}`);
      if (judge.kind === "pair") expect(shown).toContain(`second answer ${last}`);
    });

    it("reads every verdict that its protocol can express", () => {
      for (const verdict of subject.verdicts) {
        const besides = subject.besides?.(verdict);
        expect(judge.read(subject.reply(verdict), plain)).toEqual({ ...expected(verdict), ...besides });
      }
    });

    it("mirrors the preference when the slots are swapped", () => {
      if (judge.kind !== "pair") return;
      const swapped = itemOf(judge, subject.question, "second answer", "first answer");
      const exchange = (text: string) =>
        text.replace(/first answer|second answer/g, (found) =>
          found === "first answer" ? "second answer" : "first answer",
        );
      expect(judge.request(swapped).messages).toEqual(
        judge.request(plain).messages.map(({ role, content }) => ({ role, content: exchange(content) })),
      );
      for (const verdict of subject.verdicts) {
        const [seen, other] = [verdict, mirrored(verdict)].map((one) =>
          judge.read(subject.reply(one), plain),
        );
        if (seen?.kind !== "preference" || other?.kind !== "preference") throw new Error("no preference");
        expect(seen.weightB).toBe(1 - other.weightB);
      }
    });

    it.each(ATTACKS)("keeps its structure and its verdict under attack: $name", ({ text }) => {
      const attacked = itemOf(judge, subject.question, text, "second answer");
      const roles = judge.request(attacked).messages.map((message) => message.role);
      expect(roles).toEqual(judge.request(plain).messages.map((message) => message.role));
      for (const verdict of subject.verdicts) {
        expect(judge.read(subject.reply(verdict), attacked)).toEqual(
          judge.read(subject.reply(verdict), plain),
        );
      }
      expect(judge.read(textReply(""), attacked).kind).toBe("unreadable");
    });

    it("finds no verdict in an empty or evasive reply", () => {
      for (const text of ["", " \n", "I cannot judge these.", "Both are fine."]) {
        expect(judge.read(textReply(text), plain).kind).toBe("unreadable");
      }
    });

    it("never throws on a reply, and never gives a weight or rating out of range", () => {
      const piece = fc.constantFrom(
        "[[",
        "]]",
        "A",
        "7",
        "FINAL RATING: ",
        "{",
        '"rating":',
        "\n",
        "'rank': 1",
        "m",
      );
      const reply = fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 8 }).map((parts) => parts.join("")),
      );
      fc.assert(
        fc.property(reply, (text) => {
          const verdict = judge.read(textReply(text), plain);
          if (verdict.kind === "preference") expect([0, 0.5, 1]).toContain(verdict.weightB);
          if (verdict.kind === "rating") expect(verdict.rating >= 1 && verdict.rating <= 10).toBe(true);
        }),
      );
    });

    it("settles nothing but equal answers, and those as a draw", () => {
      expect(judge.settle?.(plain)).toBeUndefined();
      if (judge.kind !== "pair") return;
      const equal = judge.settle?.(itemOf(judge, subject.question, "same answer", "same answer"));
      expect([undefined, 0.5]).toContain(equal?.kind === "preference" ? equal.weightB : undefined);
    });
  });
}
