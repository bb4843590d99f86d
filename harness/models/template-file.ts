import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError, EndpointError, messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import type { ChatMessage } from "../core/records.js";
import { excerpt } from "../core/text.js";
import { type ChatTemplate, chatTemplates } from "./chat-templates.js";
import { isJsonObject, listOf, memberOf, parseJson, textOf } from "./json-reading.js";
import { PYTHON_STRIP, pythonStrip, stripAsPython } from "./python-strip.js";

/** A chat template with the name under which it goes into a model's identity. */
export interface NamedTemplate extends ChatTemplate {
  readonly name: string;
}

/** A template that was read from a model's own files. */
export interface FileTemplate extends NamedTemplate {
  /** A conversation that ends with an answer, without a further turn after it: what a reward model scores. */
  renderAnswered(messages: readonly ChatMessage[]): string;
}

/** Whether a template is named by its file: a `.jinja`, or a `tokenizer_config.json`. */
export function isTemplateFile(name: string): boolean {
  return !chatTemplates.has(name) && /[/\\]|\.(jinja2?|j2|json)$/i.test(name);
}

/** The template of a model as its files give it. */
interface TemplateSource {
  readonly source: string;
  readonly bos: string;
  readonly eos: string;
}

function refuse(path: string, what: string, remedy: string, cause?: unknown): never {
  throw new ConfigError(`template ${path} ${what}`, { code: "bad-template", remedy, cause });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    return refuse(path, "cannot be read", "A relative path starts from the working directory.", cause);
  }
}

/** A special token: text, or an object that holds it. */
function tokenOf(config: unknown, name: string): string {
  const given = memberOf(config, name);
  return textOf(given) ?? textOf(memberOf(given, "content")) ?? "";
}

/** `chat_template` is text, or a list of named ones of which `default` is meant. */
function templateOf(config: unknown): string | undefined {
  const given = memberOf(config, "chat_template");
  const named = listOf(given).find((one) => memberOf(one, "name") === "default");
  return textOf(given) ?? textOf(memberOf(named, "template"));
}

/** Reads a tokenizer's configuration or a template, each with the other that lies beside it. */
function readSource(path: string): TemplateSource {
  const text = readText(path);
  const isConfig = /\.json$/i.test(path);
  const beside = join(dirname(path), isConfig ? "chat_template.jinja" : "tokenizer_config.json");
  const other = existsSync(beside) ? readText(beside) : undefined;
  const config = parseJson(isConfig ? text : (other ?? ""));
  if (isConfig && !isJsonObject(config))
    refuse(path, "is not a JSON object", "Name the model's tokenizer_config.json or its .jinja file.");
  const source = isConfig ? (templateOf(config) ?? other) : text;
  if (source === undefined)
    refuse(path, "holds no chat_template", "A base model has none: use template: plain, or the name of one.");
  return { source, bos: tokenOf(config, "bos_token"), eos: tokenOf(config, "eos_token") };
}

type Renderer = (messages: readonly ChatMessage[], opensTurn: boolean) => string;

const PROBE = "assay-probe-text";

/** The special token that ends the assistant's turn: what the template writes behind one. */
function turnEnd(render: Renderer): string | undefined {
  const messages = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: PROBE },
  ] as const;
  const [, rest = ""] = render(messages, false).split(PROBE);
  return /^\s*(<\|[^|\s]+\|>|<[^<>\s]+>|\[[A-Z_/]+\])/.exec(rest)?.[1];
}

/** Beginnings that servers add themselves; two of them make a prompt that the model has never seen. */
function withoutBeginning(prompt: string, bos: string): string {
  return bos !== "" && prompt.startsWith(bos) ? prompt.slice(bos.length) : prompt;
}

/**
 * Reads the chat template that a model's own files hold, as Python's transformers would write it: `tokenizer_config.json`
 * or a `.jinja` file, with special tokens from the former.
 * @throws ConfigError `bad-template` for what cannot be read, parsed or used for two turns.
 */
export async function loadTemplateFile(path: string): Promise<FileTemplate> {
  const { Template } = await import("@huggingface/jinja");
  const { source, bos, eos } = readSource(path);
  let compiled: InstanceType<typeof Template>;
  try {
    compiled = new Template(source);
  } catch (cause) {
    return refuse(path, `is no Jinja template: ${excerpt(messageOf(cause), 200)}`, "Check the file.", cause);
  }
  // Prompts of such a template differ from those that earlier versions wrote: another identity.
  const version = stripAsPython(compiled) > 0 ? ["strip"] : [];
  const render: Renderer = (messages, opensTurn) =>
    compiled.render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: opensTurn,
      bos_token: bos,
      eos_token: eos,
      [PYTHON_STRIP]: pythonStrip,
    });
  let stops: readonly string[];
  try {
    const end = turnEnd(render);
    stops = [...new Set([end, eos].filter((stop) => stop !== undefined && stop !== ""))] as string[];
  } catch (cause) {
    const what = `cannot write two turns: ${excerpt(messageOf(cause), 200)}`;
    return refuse(path, what, "Use the chat endpoint of the server (adapter openai) instead.", cause);
  }
  const written = (messages: readonly ChatMessage[], opensTurn: boolean) => {
    try {
      return withoutBeginning(render(messages, opensTurn), bos);
    } catch (cause) {
      throw new EndpointError(`template ${basename(path)} refuses the conversation: ${messageOf(cause)}`, {
        code: "bad-request",
        retryable: false,
        remedy:
          "The template may know no system message: put it into the question, or use the chat endpoint.",
        cause,
      });
    }
  };
  return {
    name: `${basename(path)}~${sha256(JSON.stringify([source, bos, eos, ...version])).slice(0, 12)}`,
    summary: `the template of ${basename(path)}`,
    stops,
    render: (messages) => written(messages, true),
    renderAnswered: (messages) => written(messages, false),
  };
}
