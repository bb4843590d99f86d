import { countOf } from "../harness/core/count-of.js";
import type { GateResult } from "../harness/core/gate.js";
import type { PolicyResult } from "../harness/core/policy.js";
import { gateFigures } from "./gate-figures.js";
import { policyTitle, worstLines } from "./policy-figures.js";
import type { RenderOptions } from "./render-options.js";
import { phraseText } from "./view/format.js";
import type {
  BoardView,
  ComparisonPart,
  ComparisonView,
  PartFigure,
  ReportView,
  ShownFigure,
  ShownInterval,
} from "./view/records.js";
import { shortName } from "./view/text.js";

interface TestCase {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped" | "error";
  /** Why it did not pass. */
  readonly message?: string;
  readonly output: string;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** Longest text of a case; one that means well is far shorter. */
const MOST_CHARACTERS = 4000;
const MOST_NAME_CHARACTERS = 500;

/** What XML 1.0 cannot hold, not even as an entity. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/**
 * Untrusted text as XML character data on one line, so that no part of it starts a line of a log. There is no CDATA
 * section that `]]>` could end.
 */
function escapeText(text: string): string {
  return shortName(text, MOST_CHARACTERS)
    .replace(FORBIDDEN, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function attribute(name: string, value: string | number): string {
  return ` ${name}="${escapeText(String(value)).replaceAll('"', "&quot;")}"`;
}

function figureText(figure: ShownFigure, interval: ShownInterval | null): string {
  return interval === null
    ? `${figure.text}, no interval`
    : `${figure.text}, ${interval.level}% interval ${interval.text}`;
}

function gateCase(gate: GateResult, inconclusiveFails: boolean): TestCase {
  const figures = gateFigures(gate);
  const place = gate.category === undefined ? gate.model : `${gate.model}, ${gate.category}`;
  const interval = figures.interval === "" ? "no interval" : `interval ${figures.interval}`;
  const inconclusive = inconclusiveFails ? "failed" : "skipped";
  const outcomes = { pass: "passed", fail: "failed", inconclusive } as const;
  return {
    name: `${gate.name} (${place})`,
    outcome: outcomes[gate.outcome],
    message: gate.outcome === "inconclusive" ? `inconclusive: ${gate.message}` : gate.message,
    output: `${gate.metric} ${figures.value}, limit ${figures.limit}, ${interval}. ${gate.message}`,
  };
}

/** A policy's lines; what is only tracked cannot fail. */
function policySuite(result: PolicyResult, inconclusiveFails: boolean): TestSuite {
  const outcomes = {
    GO: "passed",
    "NO-GO": "failed",
    INCONCLUSIVE: inconclusiveFails ? "failed" : "skipped",
  } as const;
  const { outcome, sentence } = result;
  const lines = worstLines(result).map((line): TestCase => {
    const one = gateCase(line, inconclusiveFails);
    const name = `${line.name} (${line.tier})`;
    const isTracked = line.tier === "advisory" && one.outcome !== "passed";
    return { ...one, name, output: line.message, ...(isTracked ? { outcome: "skipped" as const } : {}) };
  });
  return {
    name: `policy: ${policyTitle(result)}`,
    cases: [{ name: "policy", outcome: outcomes[outcome], message: sentence, output: sentence }, ...lines],
  };
}

/** Skipped is what has no figure; a figure without a gate cannot fail. */
function figureCase(name: string, figure: ShownFigure, output: string): TestCase {
  if (figure.value !== null) return { name, outcome: "passed", output };
  return {
    name,
    outcome: "skipped",
    message: figure.reason ?? "no figure: there are no usable verdicts",
    output,
  };
}

function comparisonPart(part: ComparisonPart): TestCase {
  const adjusted = part.adjustedPValue.value === null ? "" : `, p adjusted ${part.adjustedPValue.text}`;
  const output = `difference ${figureText(part.delta, part.interval)}, p ${part.pValue.text}${adjusted}, ${countOf(part.questions.value ?? 0, "question", "questions", part.questions.text)}`;
  return figureCase(part.name, part.delta, output);
}

function comparisonSuite(view: ComparisonView): TestSuite {
  const gated = (view.margin.value ?? 0) > 0;
  const outcome =
    view.outcome === "fail" ? "failed" : gated && view.outcome === "inconclusive" ? "skipped" : "passed";
  return {
    name: `${view.candidate} against ${view.base} on ${view.suiteName}`,
    cases: [
      {
        name: gated ? `overall, margin ${view.margin.text}` : "overall",
        outcome,
        message: view.outcome === "inconclusive" ? `inconclusive: ${view.sentence}` : view.sentence,
        output: `${view.sentence} Difference ${figureText(view.delta, view.interval)}${view.pValue.value === null ? "" : `, p ${view.pValue.text} (${view.test})`}, ${countOf(view.questions.value ?? 0, "question", "questions", view.questions.text)}.`,
      },
      ...view.categories.map(comparisonPart),
    ],
  };
}

function boardSuite(board: BoardView): TestSuite {
  const category = (name: string, entry: PartFigure) =>
    figureCase(
      `${entry.model}: ${name}`,
      entry.figure,
      `${board.partLabel} ${figureText(entry.figure, entry.interval)}, n ${entry.n.text}`,
    );
  return {
    name: `${board.title}, ${board.protocol}`,
    cases: board.rows.flatMap((row, index) => [
      figureCase(
        `${row.model}: overall`,
        row.headline,
        [
          `${board.headlineLabel} ${figureText(row.headline, row.interval)}`,
          ...row.doubts.map(phraseText),
        ].join("; "),
      ),
      ...board.categories.flatMap((part) => {
        const entry = part.models[index];
        return entry ? [category(part.name, entry)] : [];
      }),
    ]),
  };
}

/** Names that look alike get a number, because readers of JUnit files take a case's name for its identity. */
function uniqueNames(cases: readonly TestCase[]): readonly TestCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const shown = shortName(one.name, MOST_NAME_CHARACTERS);
    const count = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, count);
    return { ...one, name: count === 1 ? shown : `${shown} #${count}` };
  });
}

function caseLines(suite: TestSuite, one: TestCase): readonly string[] {
  const open = `    <testcase${attribute("name", one.name)}${attribute("classname", suite.name)} time="0"`;
  const message = attribute("message", one.message ?? "");
  if (one.outcome === "passed") return [`${open}/>`];
  const results = {
    failed: `      <failure${message} type="gate">${escapeText(one.output)}</failure>`,
    error: `      <error${message} type="unfinished">${escapeText(one.output)}</error>`,
    skipped: `      <skipped${message}/>`,
  };
  return [`${open}>`, results[one.outcome], "    </testcase>"];
}

function suiteLines(suite: TestSuite, id: number, view: ReportView): readonly string[] {
  const cases = uniqueNames(suite.cases);
  const count = (outcome: TestCase["outcome"]) => cases.filter((one) => one.outcome === outcome).length;
  const head = [
    attribute("id", id),
    attribute("name", suite.name),
    attribute("package", "assay"),
    attribute("hostname", "localhost"),
    attribute(
      "timestamp",
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(view.generatedAt)?.[0] ?? "1970-01-01T00:00:00",
    ),
    attribute("tests", cases.length),
    attribute("failures", count("failed")),
    attribute("errors", count("error")),
    attribute("skipped", count("skipped")),
    attribute("time", 0),
  ];
  return [
    `  <testsuite${head.join("")}>`,
    "    <properties>",
    `      <property name="assay"${attribute("value", view.version)}/>`,
    "    </properties>",
    ...cases.flatMap((one) => caseLines(suite, one)),
    // Schemas differ about output inside a case; all allow it here.
    `    <system-out>${cases.map((one) => escapeText(`- ${one.name}: ${one.output}`)).join("\n")}</system-out>`,
    "    <system-err/>",
    "  </testsuite>",
  ];
}

/** One case that is an error where the run's exit code says that it is unfinished. */
function runSuite(unfinished: string | null): TestSuite {
  const name = "nothing is missing";
  if (unfinished === null) return { name: "run", cases: [{ name, outcome: "passed", output: "done" }] };
  return { name: "run", cases: [{ name, outcome: "error", message: unfinished, output: unfinished }] };
}

/**
 * `junit.xml`: a suite of the run with one case, which is an error when the run is unfinished, a suite of the gates with
 * one case each, one suite per policy, then one suite per comparison and per board with one case per category. Only gates, required limits of policies and comparisons with
 * a margin can fail; inconclusive ones are skipped, with the reason, unless they change the exit code.
 * Valid against the schemas of Ant (windyroad/JUnit-Schema) and Jenkins (xunit-plugin, `junit-10.xsd`).
 */
export function renderJunit(
  view: ReportView,
  {
    gates = [],
    policies = [],
    unfinished,
    inconclusiveFails = false,
    policiesFail = inconclusiveFails,
  }: RenderOptions = {},
): string {
  const gateCases = gates.map((gate) => gateCase(gate, inconclusiveFails));
  const suites: readonly TestSuite[] = [
    ...(unfinished === undefined ? [] : [runSuite(unfinished)]),
    ...(gates.length === 0 ? [] : [{ name: "gates", cases: gateCases }]),
    ...policies.map((one) => policySuite(one, policiesFail)),
    ...view.comparisons.map(comparisonSuite),
    ...view.boards.map(boardSuite),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap((suite, id) => suiteLines(suite, id, view)),
    "</testsuites>",
    "",
  ].join("\n");
}
