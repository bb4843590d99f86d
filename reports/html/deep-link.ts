import { wellFormed } from "../view/text.js";

/** A place in the answers: a question, and which models stand side by side. */
export interface AnswerLink {
  readonly suite?: string;
  readonly question: string;
  readonly models: readonly string[];
  /** Show the word difference of the two models instead of their answers. */
  readonly difference?: boolean;
}

/** A hash such as `#q=103&models=a,b` that opens a question; percent-encoded so that it survives a chat. */
export function formatLink(link: AnswerLink): string {
  const parts = [`q=${encodePart(link.question)}`];
  if (link.suite !== undefined) parts.push(`suite=${encodePart(link.suite)}`);
  if (link.models.length > 0) parts.push(`models=${link.models.map(encodePart).join(",")}`);
  if (link.difference === true) parts.push("diff=1");
  return `#${parts.join("&")}`;
}

/** encodeURIComponent throws on lone surrogates and keeps characters that chats take for the end of a link. */
function encodePart(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Reads a hash made by {@link formatLink}; undefined when it names no question. */
export function parseLink(hash: string): AnswerLink | undefined {
  const fields = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const split = part.indexOf("=");
    if (split > 0) fields.set(part.slice(0, split), part.slice(split + 1));
  }
  const question = fields.get("q");
  if (question === undefined || question === "") return undefined;
  const suite = fields.get("suite");
  const models = (fields.get("models") ?? "").split(",").filter((model) => model !== "");
  return {
    question: decodePart(question),
    models: models.map(decodePart),
    ...(suite === undefined ? {} : { suite: decodePart(suite) }),
    ...(fields.get("diff") === "1" ? { difference: true } : {}),
  };
}
