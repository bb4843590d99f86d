import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { declarations, isCommand } from "../../harness/cli/declarations/commands.js";
import { commonOptions, type Declaration } from "../../harness/cli/declarations/declaration.js";
import { parseWords } from "../../harness/cli/parse-words.js";
import { flagName } from "../../harness/config/option.js";
import { options as configOptions } from "../../harness/config/options.js";
import { packageFile } from "../../harness/core/package-files.js";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(packageFile("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** Flags of other programs that the documentation speaks of: npx, promptfoo, SGLang and vLLM. */
const OTHERS = ["no-install", "repeat", "is-embedding", "reasoning-parser", "served-model-name"];

/** The words of a command as a shell reads them; those behind a pipe, a semicolon or `#` are none. */
function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  const word = /\s*(?:(#.*|[|;&<>)].*)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>)])+))/y;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    const [, end, text = ""] = match;
    if (end !== undefined) break;
    words.push(text.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, "$1$2$3"));
  }
  return words;
}

/** Where a line of a shell or of a pipeline's file starts a command, behind variables and package runners. */
const START = String.raw`(?:^\s*(?:\$ |- |(?:- )?run: )?|[;&|(] ?)(?:\w+=\S+ )*(?:time )?(?:npx (?:--no-install )?)?`;
const IN_BLOCK = new RegExp(`${START}assay ([a-z].*)$`, "g");

/** Command lines of assay in blocks of code, whole lines joined where a backslash ends them. */
function inBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^\s*```\w*\n(.*?)^\s*```/gms)].flatMap(([, block = ""]) =>
    block
      .replace(/\\\n\s*/g, " ")
      .replace(/\$\{\{.*?\}\}/g, "1")
      .split("\n")
      .flatMap((line) => [...line.matchAll(IN_BLOCK)].map(([, rest = ""]) => rest)),
  );
}

/** Command lines in a sentence, between backticks. */
function inSentences(text: string): readonly string[] {
  const prose = text.replace(/^\s*```\w*\n.*?^\s*```/gms, "");
  return [...prose.matchAll(/`(?:npx (?:--no-install )?)?assay ([a-z][^`]*)`/g)].map(([, rest = ""]) =>
    rest.replace(/[[\]]/g, ""),
  );
}

const lines = documents.flatMap((document) => {
  const text = readFileSync(packageFile(document), "utf8");
  return [
    ...inBlocks(text).map((line) => ({ document, line, isWhole: true })),
    ...inSentences(text).map((line) => ({ document, line, isWhole: false })),
  ];
});

/** A sentence may leave out what a command line must hold, and name a value by capitals. */
const IN_PART = / needs <|is missing: |is given without a value|cannot be "[A-Z]+"/;

/** Why the parser refuses a line; undefined where it takes it. */
async function refusal(line: string, isWhole: boolean): Promise<string | undefined> {
  const [command = "", ...words] = shellWords(line);
  if (command === "help") return undefined;
  if (!isCommand(command)) return `unknown command ${command}`;
  const why = await parseWords(command, declarations[command], words).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return why !== undefined && !isWhole && IN_PART.test(why) ? undefined : why;
}

describe("every command line of the documentation is one that the command takes", () => {
  test("there are many, in blocks and in sentences", () => {
    expect(lines.filter(({ isWhole }) => isWhole).length).toBeGreaterThan(90);
    expect(lines.filter(({ isWhole }) => !isWhole).length).toBeGreaterThan(100);
  });

  test.each(documents)("%s", async (document) => {
    const refused: string[] = [];
    for (const { line, isWhole } of lines.filter((one) => one.document === document)) {
      const why = await refusal(line, isWhole);
      if (why !== undefined) refused.push(`assay ${line} → ${why}`);
    }
    expect(refused).toEqual([]);
  });

  test("the examples of each command's help", async () => {
    const refused = await Promise.all(
      Object.values(declarations).flatMap(({ examples }) => examples.map(([line]) => refusal(line, true))),
    );
    expect(refused.length).toBeGreaterThan(40);
    expect(refused.filter((why) => why !== undefined)).toEqual([]);
  });

  test("every flag that a sentence names is one of some command", () => {
    const known = new Set([
      ...OTHERS,
      ...Object.values<Declaration>(declarations).flatMap(({ settings = [], options = {} }) => [
        ...settings.map((key) => flagName(key, configOptions[key])),
        ...Object.entries({ ...options, ...commonOptions }).map(([key, option]) => flagName(key, option)),
      ]),
    ]);
    // The changelog also names flags that are gone.
    const current = documents.filter((document) => document !== "CHANGELOG.md");
    const unknown = current.flatMap((document) =>
      [...readFileSync(packageFile(document), "utf8").matchAll(/`--((?:no-)?[a-z][a-z-]*)[^`]*`/g)]
        .filter(([, flag = ""]) => !known.has(flag) && !known.has(flag.replace(/^no-/, "")))
        .map(([span]) => `${document}: ${span}`),
    );
    expect(unknown).toEqual([]);
  });
});
