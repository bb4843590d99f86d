import { z } from "zod";
import { countOf, nounFor } from "../../core/count-of.js";
import { canonicalJson, sha256 } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import type { Warning } from "../../core/records.js";
import { anyRecord, checked, finite, textOf } from "../results/checked.js";
import type { ScoredItem } from "../results/scored-set.js";

const rowSchema = z.looseObject({
  doc_id: z.union([z.number(), z.string()]),
  doc: z.unknown().optional(),
  target: z.unknown().optional(),
  arguments: z.unknown().optional(),
  resps: z.array(z.unknown()),
  filtered_resps: z.unknown().optional(),
  filter: z.string().optional(),
  metrics: z.array(z.string()).optional(),
  doc_hash: z.string().optional(),
});

type SampleRow = z.output<typeof rowSchema>;

/** Fields of a row that are no metrics, where it does not list its metrics itself. */
const NO_METRICS: ReadonlySet<string> = new Set([
  ...Object.keys(rowSchema.shape),
  "prompt_hash",
  "target_hash",
  "schema",
]);

/** Characters of a document's hash by which a question is known. */
const HASH_LENGTH = 16;

/** Whether a line looks like a sample of lm-evaluation-harness. */
export function isLmEvalSample(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    ["doc_id", "doc", "resps", "filtered_resps"].every((key) => key in value)
  );
}

/** The requests of a document: `[context, continuation]` or `[context, settings]` each, in either layout. */
function requestsOf({ arguments: given }: SampleRow): readonly (readonly unknown[])[] {
  const list = Array.isArray(given) ? given : Object.values(anyRecord.catch({}).parse(given));
  return list.map((request) =>
    Array.isArray(request) ? request : Object.values(anyRecord.catch({}).parse(request)),
  );
}

/** A single response where a list holds one alone, as deep as it lies. */
function innermost(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner) && inner.length === 1) inner = inner[0];
  return inner;
}

/** Log-likelihoods beside the continuations that they are of. */
function likelihoodText(requests: readonly (readonly unknown[])[], resps: readonly unknown[]): string {
  return resps
    .map((response, index) => {
      const found = innermost(response);
      const [likelihood] = Array.isArray(found) ? found : [found];
      const continuation = requests[index]?.[1];
      return `${typeof continuation === "string" ? continuation.trim() : "text"}: ${textOf(likelihood)}`;
    })
    .join("\n");
}

function answerText(row: SampleRow): string {
  const requests = requestsOf(row);
  const { resps } = row;
  const only = innermost(resps);
  const isLikelihood =
    requests.length > 1 || typeof requests[0]?.[1] === "string" || requests[0]?.length === 1;
  if (isLikelihood) return likelihoodText(requests, resps);
  if (typeof only === "string") return only;
  return (Array.isArray(only) ? only : [only]).map(textOf).join("\n\n");
}

/** Values of the metrics that are numbers; what is aggregated otherwise (lists of counts, say) has none by item. */
function valuesOf(row: SampleRow, filter: string): Map<string, number | null> {
  const names = row.metrics ?? Object.keys(row).filter((key) => !NO_METRICS.has(key));
  const values = new Map<string, number | null>();
  for (const name of names) {
    const given: unknown = row[name];
    const value = typeof given === "boolean" ? Number(given) : finite(given);
    if (value !== undefined) values.set(`${name},${filter}`, value);
    // NaN is written where a metric gave nothing.
    else if (given === null) values.set(`${name},${filter}`, null);
  }
  return values;
}

/** What a file of samples holds. */
export interface LmEvalSamples {
  readonly items: readonly ScoredItem[];
  /** `metric,filter` of everything that is a number by item. */
  readonly keys: readonly string[];
  /** `metric,filter` of what is not. */
  readonly unread: readonly string[];
  readonly warnings: readonly Warning[];
}

interface OneDoc {
  readonly hash: string;
  readonly row: SampleRow;
  readonly values: Map<string, number | null>;
  readonly read: string;
}

/** A document's own hash, or one of its content in files that have none. */
function hashOf({ doc_hash, doc }: SampleRow): string {
  return doc_hash ?? sha256(canonicalJson(doc ?? null));
}

function readRows(file: string) {
  const docs = new Map<string, OneDoc>();
  const [keys, unread, seen] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let repeated = 0;
  for (const { line, value } of readJsonLines(file)) {
    const row = checked(rowSchema, value, file, "a sample of lm-evaluation-harness", line);
    const filter = row.filter ?? "none";
    const place = JSON.stringify([row.doc_id, filter]);
    if (seen.has(place)) repeated++;
    seen.add(place);
    const values = valuesOf(row, filter);
    for (const key of values.keys()) keys.add(key);
    for (const metric of row.metrics ?? [])
      if (!values.has(`${metric},${filter}`)) unread.add(`${metric},${filter}`);
    const id = String(row.doc_id);
    const known = docs.get(id);
    // Of two runs in one file the later rows count; another document under the same number replaces the first one.
    const isSame = known !== undefined && known.hash === hashOf(row);
    for (const [key, own] of isSame ? known.values : []) if (!values.has(key)) values.set(key, own);
    docs.set(id, { hash: hashOf(row), row, values, read: textOf(innermost(row.filtered_resps)) });
  }
  return { docs, keys, unread, repeated, rows: seen.size };
}

function mixedWarning(file: string, repeated: number): Warning[] {
  if (repeated === 0) return [];
  const message = `${file}: ${countOf(repeated, "row")} ${nounFor(repeated, "stands", "stand")} there a second time for the same document and filter: two runs were appended to one file; the later rows count`;
  return [{ code: "mixed-samples", message, count: repeated }];
}

/** Reads samples, one item for each document, known by the document's hash. @throws DataError naming file and line. */
export function readSamples(file: string): LmEvalSamples {
  const { docs, keys, unread, repeated } = readRows(file);
  const times = new Map<string, number>();
  const items = [...docs.values()].map(({ hash, row, values, read }): ScoredItem => {
    const short = hash.slice(0, HASH_LENGTH);
    const count = (times.get(short) ?? 0) + 1;
    times.set(short, count);
    const prompt = requestsOf(row)[0]?.[0];
    return {
      // A document that the data holds twice is two questions, the same two in every file.
      questionId: count === 1 ? short : `${short}-${count}`,
      turns: [textOf(prompt ?? row.doc ?? "")],
      reference: textOf(row.target),
      metadata: { docId: row.doc_id, docHash: hash },
      trial: 1,
      answer: { text: answerText(row) },
      values,
      read,
    };
  });
  const unreadKeys = [...unread].filter((key) => !keys.has(key));
  return { items, keys: [...keys], unread: unreadKeys, warnings: mixedWarning(file, repeated) };
}
