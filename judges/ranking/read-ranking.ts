import type { Generation, RankedPair } from "../../harness/core/records.js";
import { CUT_OFF, visibleText } from "../verdicts.js";

/** What was read out of a reply. */
export type RankingReading =
  | {
      readonly kind: "ranking";
      /** Best first; equal labels in one group. */
      readonly groups: readonly (readonly string[])[];
      /** What the reply said of pairs, as far as it can be read; one per pair at most. */
      readonly lines: readonly RankedPair[];
    }
  | { readonly kind: "unreadable"; readonly reason: string };

/** How a ranking is read. */
export interface RankingForm {
  readonly labels: readonly string[];
  /** The call's code, which the lines that count carry. */
  readonly code: string;
  /** Whether labels may be called equal with `=`. */
  readonly ties: boolean;
}

/** The value of every line `NAME [code]: …`, in their order. */
function stated(text: string, name: string, code: string): readonly string[] {
  return visibleText(text)
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map((line) => line.replace(/[*_`]/g, "").trim())
    .flatMap((line) => {
      const head = `${name} [${code}]:`;
      return line.startsWith(head) ? [line.slice(head.length).replace(/\.$/, "").trim()] : [];
    });
}

/** `A > B = C`, `A, B, C` or `A B C` as groups; undefined where it is no permutation of exactly the labels. */
function groupsOf(value: string, { labels, ties }: RankingForm): readonly (readonly string[])[] | undefined {
  if (!/^[A-Z]([\s,>=]+[A-Z])*$/.test(value)) return undefined;
  const groups: string[][] = [];
  let joins = false;
  for (const part of value.match(/[A-Z]|[\s,>=]+/g) ?? []) {
    if (/[A-Z]/.test(part)) {
      if (joins) groups.at(-1)?.push(part);
      else groups.push([part]);
      continue;
    }
    const signs = part.replace(/\s/g, "");
    if (!["", ">", ",", "="].includes(signs) || (signs === "=" && !ties)) return undefined;
    joins = signs === "=";
  }
  const found = groups.flat();
  const isPermutation = found.length === labels.length && labels.every((label) => found.includes(label));
  return isPermutation ? groups : undefined;
}

function pairLines(values: readonly string[], { labels }: RankingForm): readonly RankedPair[] {
  const lines = new Map<string, RankedPair>();
  for (const value of values) {
    const [, one = "", other = "", sign = ""] = /^([A-Z])\s*,\s*([A-Z])\s*:\s*([A-Z=])$/.exec(value) ?? [];
    if (one === other || !labels.includes(one) || !labels.includes(other)) continue;
    if (sign !== "=" && sign !== one && sign !== other) continue;
    lines.set([one, other].sort().join(""), { pair: [one, other], better: sign === "=" ? null : sign });
  }
  return [...lines.values()];
}

/**
 * Reads a reply: the last line `RANKING [code]: …` that is a permutation of exactly the labels, with `>`, `,` or blanks
 * between them (`=` where ties are allowed), and the lines `PAIR [code]: A, B: A`. Only the judge can write the call's
 * code, so that no answer that it quotes can rank.
 */
export function readRanking(generation: Generation, form: RankingForm): RankingReading {
  const { text, finishReason } = generation;
  if (finishReason === "length") return { kind: "unreadable", reason: CUT_OFF };
  const rankings = stated(text, "RANKING", form.code);
  const groups = rankings.flatMap((value) => {
    const found = groupsOf(value, form);
    return found === undefined ? [] : [found];
  });
  const last = groups.at(-1);
  if (last === undefined) {
    const labels = form.labels.join(", ");
    const reason =
      rankings.length === 0 ? 'no line is "RANKING [code]: …"' : `no ranking holds each of ${labels} once`;
    return { kind: "unreadable", reason };
  }
  return { kind: "ranking", groups: last, lines: pairLines(stated(text, "PAIR", form.code), form) };
}
