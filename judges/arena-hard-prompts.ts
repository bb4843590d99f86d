import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { DataError } from "../harness/core/errors.js";
import { isJsonObject } from "../harness/core/json.js";
import { presentFields } from "../harness/core/present-fields.js";
import { type PythonValue, parsePythonLiteral } from "./python-literal.js";

/** The judge's system prompts. */
export interface ArenaHardPrompts {
  /** For hard prompts: the judge answers itself first. */
  readonly hard: string;
  /** For creative writing: it does not. */
  readonly creative: string;
  /** v0.1: asks for the label once more, where a mirror's file holds it with the others. */
  readonly followUp?: string;
}

function broken(file: string, message: string, asset: string): DataError {
  return new DataError(message, {
    code: "bad-judge-prompt",
    file,
    remedy: `Fetch it again with \`assay data fetch ${asset}\`, or check the mirror's file.`,
  });
}

const ASSET = "arena-hard/judge-prompts";

/** The literal that stands behind `NAME = ` at a line's start. */
function constantIn(source: string, name: string): PythonValue | undefined {
  const at = new RegExp(`^${name}\\s*(?::[^=\\n]*)?=\\s*`, "m").exec(source);
  if (at === null) return undefined;
  try {
    return parsePythonLiteral(source.slice(at.index + at[0].length), { isPrefix: true });
  } catch {
    return undefined;
  }
}

/** Texts of a program's constants, with constants named in the settings put in their place. */
function promptsOfProgram(source: string): Partial<ArenaHardPrompts> {
  const constants = new Map<string, string>();
  for (const [, name = ""] of source.matchAll(/^([A-Z][A-Z0-9_]*)\s*=\s*/gm)) {
    const value = constantIn(source, name);
    if (typeof value === "string") constants.set(name, value);
  }
  const named = source.replace(
    /(:\s*)([A-Z][A-Z0-9_]*)(?=\s*[,}\n])/g,
    (whole, head: string, name: string) => {
      const value = constants.get(name);
      return value === undefined ? whole : `${head}${JSON.stringify(value)}`;
    },
  );
  const settings = constantIn(named, "JUDGE_SETTINGS");
  const promptOf = (category: string): string | undefined => {
    const entry = settings instanceof Map ? settings.get(category) : undefined;
    const prompt: unknown = entry instanceof Map ? entry.get("system_prompt") : undefined;
    return typeof prompt === "string" ? prompt : undefined;
  };
  const [hard, creative] = [promptOf("hard_prompt"), promptOf("creative_writing")];
  return presentFields({ hard, creative });
}

function promptsOfJson(source: string): Partial<ArenaHardPrompts> {
  const root: unknown = JSON.parse(source);
  const prompts: unknown = isJsonObject(root) ? root.system_prompts : undefined;
  const promptOf = (name: string) => {
    const prompt: unknown = isJsonObject(prompts) ? prompts[name] : undefined;
    return typeof prompt === "string" ? prompt : undefined;
  };
  const [hard, creative] = [promptOf("arena-hard"), promptOf("creative_writing")];
  const followUp: unknown = isJsonObject(root) ? root.follow_up : undefined;
  return presentFields({ hard, creative, followUp: typeof followUp === "string" ? followUp : undefined });
}

/**
 * The system prompts out of the original's `utils/judge_utils.py` (constants and `JUDGE_SETTINGS`; nothing is executed), or
 * out of a mirror's JSON `{system_prompts: {"arena-hard", creative_writing}, follow_up?}`.
 * @throws DataError naming the file.
 */
export function readArenaHardPrompts(file: string): ArenaHardPrompts {
  const source = readFileSync(file, "utf8");
  let found: Partial<ArenaHardPrompts>;
  try {
    found = source.trimStart().startsWith("{") ? promptsOfJson(source) : promptsOfProgram(source);
  } catch {
    found = {};
  }
  const { hard, creative } = found;
  if (!hard || !creative)
    throw broken(file, "holds no system prompts for hard and for creative prompts", ASSET);
  return { ...found, hard, creative };
}

/**
 * The sentence by which v0.1 asks for a label once more, out of the original's `gen_judgment.py`: the one text that it says
 * as the user without having put it together. Nothing is executed.
 * @throws DataError naming the file.
 */
export function readFollowUp(file: string, asset: string): string {
  const source = readFileSync(file, "utf8");
  const said = [...source.matchAll(/"role":\s*"user",\s*"content":\s*(?="(?:[^"\\\n]|\\.)+"\s*\})/g)].map(
    ({ index, 0: head }) => parsePythonLiteral(source.slice(index + head.length), { isPrefix: true }),
  );
  const [text] = said;
  if (said.length === 1 && typeof text === "string") return text;
  throw broken(file, "holds no sentence that asks for a label once more", asset);
}

/**
 * The judge's user message out of the original's `config/arena-hard-….yaml`: `prompt_template` with {QUESTION}, {ANSWER_A}
 * and {ANSWER_B}.
 * @throws DataError naming the file.
 */
export function readArenaHardTemplate(file: string, asset: string): string {
  let root: unknown;
  try {
    root = parse(readFileSync(file, "utf8"));
  } catch {
    root = undefined;
  }
  const template = isJsonObject(root) ? root.prompt_template : undefined;
  const isWhole = (text: string) =>
    ["{QUESTION}", "{ANSWER_A}", "{ANSWER_B}"].every((placeholder) => text.includes(placeholder));
  if (typeof template === "string" && isWhole(template)) return template;
  throw broken(file, 'holds no "prompt_template" with {QUESTION}, {ANSWER_A} and {ANSWER_B}', asset);
}
