import { describe, expect, test } from "vitest";
import { readResultLine } from "../harness/batch/result-line.js";
import { styleOf } from "../harness/core/answer-style.js";
import { columnsOf } from "../harness/core/columns.js";
import { readCsvTable } from "../harness/core/csv-table.js";
import { separateReasoning } from "../harness/core/reasoning.js";
import type { Generation } from "../harness/core/records.js";
import { isSecretName, replaceKeyLike } from "../harness/core/secrets.js";
import { marksIn } from "../harness/core/template-marks.js";
import { codePointLength, excerpt, fileNameFor, guardLine, printable } from "../harness/core/text.js";
import { estimateTokens, tokenCounter } from "../harness/core/token-counter.js";
import { parseHashList } from "../harness/data/asset-mirror.js";
import { readFailure, readHiddenFailure } from "../harness/models/endpoint-failures.js";
import { describeFailure } from "../harness/models/failure-detail.js";
import { parseJson } from "../harness/models/json-reading.js";
import { findRefusedParameter, ParameterSupport } from "../harness/models/parameter-support.js";
import { createAnswerRedactor, createRedactor } from "../harness/models/redaction.js";
import { findBloat } from "../harness/models/reply-limits.js";
import { readChatReply, readTextReply } from "../harness/models/response-reading.js";
import { readResponsesReply } from "../harness/models/responses.js";
import { readRetryAfter } from "../harness/models/retry-after.js";
import { readResetMs } from "../harness/pipeline/dispatch/rate-headers.js";
import { problemOfCall } from "../harness/queue/call-problem.js";
import { queueAddress } from "../harness/queue/queue-address.js";
import { compareChoice } from "../judges/answer-key/read-choice.js";
import { compareText } from "../judges/answer-key/read-text.js";
import { holdsArenaHardMarks, readArenaHardVerdict } from "../judges/arena-hard-verdict.js";
import { readAssayVerdict } from "../judges/assay-verdict.js";
import { parseChatMarkup } from "../judges/chat-markup.js";
import { readMtBenchPreference, readMtBenchRating } from "../judges/mt-bench-verdict.js";
import { JUDGE_FORMATS } from "../judges/open-weight/formats.js";
import { readMarkedRating } from "../judges/open-weight/read-fixed-form.js";
import { fixedProtocolMarks } from "../judges/own-marks.js";
import type { PreferenceParser } from "../judges/preference-parser.js";
import { parsePythonLiteral } from "../judges/python-literal.js";
import { readPreference } from "../judges/read-preference.js";
import { visibleText } from "../judges/verdicts.js";
import { fitText, wrapLines } from "../reports/console/terminal-text.js";
import { codeSpan, escapeMarkdown } from "../reports/markdown/markdown-text.js";
import { tableCsv, tableMarkdown } from "../reports/view/tables.js";
import {
  countInvisible,
  displayName,
  displayText,
  firstLine,
  shortName,
  wellFormed,
} from "../reports/view/text.js";

/** Whatever reads a foreign text: replies of models and judges, error pages, headers, payloads, files of a mirror. */
type Reader = (text: string) => unknown;

const KEY = "sk-azr-9f8e7d6c5b4a3210ffee";
const headers = new Headers();
const redact = createRedactor([KEY]);
const context = { endpoint: "http://host/v1", keyName: "KEY", redact, nowMs: 0 };
const header = (value: string) => ({
  get: () => value,
  [Symbol.iterator]: headers[Symbol.iterator].bind(headers),
});
const generationOf = (text: string): Generation => ({ text, finishReason: "stop" });
const reading = { separatesReasoning: true, isVerdict: false };
const chat = (content: string) => ({ choices: [{ message: { content }, finish_reason: "stop" }] });
const column = { columns: [{ title: "a" }], rows: [] };

const parsers: Readonly<Record<string, PreferenceParser>> = {
  ranking: { kind: "ranking", first: "model_1", second: "model_2" },
  "tool ranking": { kind: "tool-ranking", field: "ordered_models", first: "model_1", second: "model_2" },
  "pair of scores": { kind: "score-pair" },
  token: { kind: "token", first: "m", second: "M" },
  brackets: { kind: "brackets", first: "A", second: "B", tie: "C" },
  patterns: {
    kind: "patterns",
    patterns: [
      { weightB: 0, pattern: "(?:^|\\n) ?Output \\(a\\)" },
      { weightB: 1, pattern: "(?:^|\\n) ?Output \\(b\\)" },
    ],
  },
};

type Reading = { readonly compat: boolean; readonly version: 1 | 2 };

/** A reader in each of the ways in which verdicts are read. */
function inEachReading(
  name: string,
  read: (text: string, reading: Reading) => unknown,
): Readonly<Record<string, Reader>> {
  return {
    [name]: (text) => read(text, { compat: false, version: 2 }),
    [`${name}, version 1`]: (text) => read(text, { compat: false, version: 1 }),
    [`${name}, compat`]: (text) => read(text, { compat: true, version: 2 }),
  };
}

/** Only some protocols have their verdict in the arguments of a call. */
function toolCallsOf(parser: string, text: string): Required<Generation>["toolCalls"] {
  return parser === "tool ranking" ? [{ name: "f", arguments: text }] : [];
}

const readers: Readonly<Record<string, Reader>> = {
  // endpoints
  "an error body": describeFailure,
  "an error response": (text) => readFailure(500, text, headers, context),
  "a refusal": (text) => readFailure(404, JSON.stringify({ error: { message: text } }), headers, context),
  "an error inside a 200": (text) => readHiddenFailure({ error: { message: text } }, headers, context),
  "a wait in a message": (text) => readRetryAfter(headers, text, 0),
  "a wait in a header": (text) => readRetryAfter(header(text), "", 0),
  "a reset in a header": (text) => readResetMs(text, 0),
  "a refused parameter": (text) =>
    findRefusedParameter(400, { message: `unsupported ${text}`, code: "", type: "", param: "" }, [
      "seed",
      "stop",
    ]),
  "redaction of errors": redact,
  "redaction of answers": createAnswerRedactor([KEY]),
  "keys of well-known forms": (text) => replaceKeyLike(text, ""),
  "names of secrets": isSecretName,
  "a response's text": (text) =>
    readResponsesReply(
      { status: "completed", output: [{ type: "message", content: [{ type: "output_text", text }] }] },
      reading,
    ),
  "a least limit of tokens": (text) =>
    new ParameterSupport({
      tokenLimitParameter: "auto",
      likelyTokenLimit: "max_tokens",
      unsupported: [],
    }).learn(400, { message: text, code: "integer_below_min_value", type: "", param: "" }, [
      "max_output_tokens",
    ]),
  "bloat of JSON": findBloat,
  JSON: parseJson,
  "a chat reply": (text) => readChatReply(chat(text), reading),
  "a text reply": (text) =>
    readTextReply({ choices: [{ text, finish_reason: "stop" }] }, ["\n\n###", "</s>"], reading),
  reasoning: (text) => separateReasoning(text),
  "a judge's reasoning": (text) => separateReasoning(text, { isVerdict: true }),
  "a line of batch results": (text) =>
    readResultLine({ custom_id: "c", error: { code: text, message: text } }),
  // the queue and mirrors
  "a payload": (text) => problemOfCall({ schema: text }),
  "the address of a queue": queueAddress,
  "a list of hashes": (text) => parseHashList(text, "SHA256SUMS"),
  "a table of CSV": (text) => readCsvTable(text, "file", ["a"], { code: "c", remedy: "r" } as never),
  // marks of style
  "marks of style": (text) => styleOf(text, estimateTokens),
  "tokens by the package's counter": tokenCounter(() => ({ countTokens: (text: string) => text.length ** 2 }))
    .count,
  // judges
  ...inEachReading("MT-Bench's rating", (text, how) => readMtBenchRating(generationOf(text), how)),
  ...inEachReading("MT-Bench's preference", (text, how) => readMtBenchPreference(generationOf(text), how)),
  "Arena-Hard's older labels": (text: string) =>
    readArenaHardVerdict(generationOf(text), { version: "v0.1", compat: true }),
  "Arena-Hard's labels": (text: string) =>
    readArenaHardVerdict(generationOf(text), { version: "v2", compat: true }),
  "Arena-Hard's marks": holdsArenaHardMarks,
  ...Object.fromEntries(
    (["single", "pair"] as const).flatMap((kind) =>
      [false, true].flatMap((structured) =>
        [undefined, "k3y5"].map((code) => [
          `assay's ${kind} verdict${structured ? ", structured" : ""}${code === undefined ? "" : ", with a code"}`,
          (text: string) => readAssayVerdict(generationOf(text), { kind, structured, code }),
        ]),
      ),
    ),
  ),
  ...Object.assign(
    {},
    ...Object.entries(parsers).map(([name, parser]) =>
      inEachReading(`AlpacaEval's ${name}`, (text, how) =>
        readPreference(parser, { ...generationOf(text), toolCalls: toolCallsOf(name, text) }, how),
      ),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(JUDGE_FORMATS).flatMap(([name, { kind, parser }]): [string, Reader][] => {
      const holdsMarks = fixedProtocolMarks({
        identity: { parser: JSON.parse(JSON.stringify(parser)) },
        mode: kind === "single" ? "single" : "pairwise-all",
      });
      return [
        [
          name,
          (text) =>
            parser.kind === "rating-mark"
              ? readMarkedRating(parser, generationOf(text))
              : readPreference(parser, generationOf(text), { compat: false, version: 2 }),
        ],
        [`marks of ${name}`, (text) => holdsMarks?.(text)],
      ];
    }),
  ),
  "a choice of letters": (text) =>
    compareChoice(text, { kind: "choice", choices: ["one", "two", "three"], right: ["A"] }),
  "a cloze answer": (text) => compareText(text, { kind: "text", accepted: ["\\frac{1}{2}", "Paris"] }),
  "a numeric answer": (text) => compareText(`Answer: ${text}`, { kind: "text", accepted: ["12"] }),
  "a Python literal": parsePythonLiteral,
  "chat markup": parseChatMarkup,
  "visible text": visibleText,
  "marks of templates": marksIn,
  // what is shown
  "text for a terminal": (text) => printable(text, { oneLine: true }),
  "an excerpt": (text) => excerpt(text, 300),
  "a file name": fileNameFor,
  "a length": codePointLength,
  columns: columnsOf,
  "text that fits": (text) => fitText(text, 80),
  "wrapped lines": (text) => wrapLines(text, 80),
  "a line of CI": guardLine,
  markdown: escapeMarkdown,
  "a code span": codeSpan,
  "a cell of CSV": (text) => tableCsv({ ...column, rows: [[{ text }]] } as never),
  "a cell of markdown": (text) => tableMarkdown({ ...column, rows: [[{ text }]] } as never),
  "text for a page": displayText,
  "a name for a page": displayName,
  "a short name": (text) => shortName(text, 30),
  "a first line": (text) => firstLine(text, 100),
  "invisible characters": countInvisible,
  "broken surrogates": wellFormed,
};

/** What has been seen to make a pattern go through a text again and again. */
const pieces = [
  ..."[](){}<>\"'\\`*_#|-=/:,.%&@ \t\n\r1aA",
  ..."é😀\u0301\u00a0\u0000\u001b\u0085\u200d\u202e\ufeff\ud83d",
  ...'[[ [[1 [1 1. ** ``` :: \\" "\\ a, 1, () [] {} ""'.split(" "),
  ...["\n\n", "\r\n", " \n", "a ", "1 ", "#\n", "\u001b[0m"],
  ...["<script", "<script>", "</script>", "<a ", "<think>", "</think>", "<think></think>"],
  ...["sk-", "hf_", KEY, "%41", "&#65;", "try again in 1", "1m30s", "model "],
  ...["FINAL RATING: 1\n", "[[5]]", "\nOutput (a)", "{'model': 'model_1', 'rank': 1}, "],
  ...['{"a":', '{"a":1},', '"reasoning":', "=== ", "ignore ", "<|im_start|>"],
  ...[
    "[RESULT] ",
    "**Result:** A",
    "<answer>[[A]]</answer>",
    "final decision is ",
    "Rating: [[1]]",
    "1 2\n",
    "Choice: ",
    "max_output_tokens",
  ],
];

/** A long run in the midst of what a pattern looks for. */
const frames = [
  ["[[", "x"],
  ["x", "x"],
  ['"', ""],
  ['{"a":"', '"}'],
  ["```json\n", "x"],
  ["try again in ", "x"],
] as const;
const framed = [" ", "\n", "1", "a", "[", "\\"].flatMap((piece) => frames.map((frame) => ({ piece, frame })));
const texts: readonly { piece: string; frame: readonly [string, string] }[] = [
  ...pieces.map((piece) => ({ piece, frame: ["", ""] as const })),
  ...framed,
];

const SMALL = 100_000;
const LARGE = 1_000_000;
const MOST_GROWTH = 12;
/** Below this a time says nothing about growth; a quadratic reader is far above it at a megabyte. */
const FLOOR_MS = 50;
/** What a megabyte may always take: the bound on growth from the floor. */
const ALWAYS_MS = MOST_GROWTH * FLOOR_MS;
/** Lengths at which a reader may show that it need not read the megabyte of a piece. */
const LENGTHS = [SMALL, 2 * SMALL, 4 * SMALL];
/**
 * A reader that takes no longer for a text of this length is within {@link ALWAYS_MS} at a megabyte even if its time
 * grows with the square, and one that grows faster cannot be so quick: 100 kB are 3,000 pieces at least, and their cube is
 * 27 thousand million steps.
 */
const quickMs = (length: number) => ALWAYS_MS / (LARGE / length) ** 2;

/** What no linear reader takes for any of {@link LENGTHS}. */
const MOST_SMALL_MS = 500;

function cpuMs(read: Reader, text: string): number {
  const before = process.cpuUsage();
  try {
    read(text);
  } catch {
    // What cannot be read is refused; here the time counts.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const runOf = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length));
const textOf = (piece: string, [before, after]: readonly [string, string], length: number) =>
  before + runOf(piece, length) + after;

/** Least of several times, no more of them than it takes to be short enough: what else the machine does only adds. */
function least(times: number, measure: () => number, enough = 0): number {
  let found = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times && found > enough; time++) found = Math.min(found, measure());
  return found;
}

const smallTexts = texts.map((text) => ({ ...text, small: textOf(text.piece, text.frame, SMALL) }));
/** A megabyte with a run of each piece: what a reader does only with long texts is seen here, whatever its speed. */
const mixed = [["", ""] as const, ...frames].map(
  ([before, after]) => before + pieces.map((piece) => runOf(piece, LARGE / pieces.length)).join("") + after,
);

/** Why a reader is not linear in a text; undefined where it is. */
function problemOf(read: Reader, { piece, frame, small }: (typeof smallTexts)[number]): string | undefined {
  const name = JSON.stringify(`${frame[0]}${piece}…${frame[1]}`);
  for (const length of LENGTHS) {
    const measure = () => cpuMs(read, length === SMALL ? small : textOf(piece, frame, length));
    const ms = measure();
    if (ms <= quickMs(length)) return undefined;
    // A quadratic reader would take minutes for the megabyte.
    if (ms > MOST_SMALL_MS && least(2, measure) > MOST_SMALL_MS)
      return `${name} takes ${Math.round(ms)} ms for ${length / 1000} kB`;
  }
  const smallMs = least(2, () => cpuMs(read, small));
  const large = textOf(piece, frame, LARGE);
  const bound = MOST_GROWTH * Math.max(FLOOR_MS, smallMs);
  const largeMs = least(3, () => cpuMs(read, large), bound);
  return largeMs <= bound ? undefined : `${name} grows from ${smallMs} to ${largeMs} ms`;
}

describe("time grows with the length of a foreign text, not with its square", () => {
  test.each(Object.entries(readers))(
    "%s",
    (_name, read) => {
      expect(smallTexts.flatMap((text) => problemOf(read, text) ?? [])).toEqual([]);
      const slow = mixed.map((text) => least(3, () => cpuMs(read, text), ALWAYS_MS));
      expect(slow.filter((ms) => ms > ALWAYS_MS)).toEqual([]);
    },
    120_000,
  );
});
