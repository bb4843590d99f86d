import type { Json } from "../../core/json.js";
import { isSecretName, replaceKeyLike } from "../../core/secrets.js";

const LEFT_OUT = "(left out)";
/** `name=value` in arguments that are written as one text. */
const ASSIGNMENT = /([A-Za-z][\w-]{0,60})=([^,\s&]+)/g;
/** Tokens of a tokenizer are no secrets. */
const VOCABULARY = /(?:^|_)(?:pad|eos|bos|eot|unk|sep|cls|mask)_token(?:_id)?$/i;

function isSecret(name: string): boolean {
  return isSecretName(name) && !VOCABULARY.test(name);
}

function plainText(text: string): string {
  const named = text.replace(ASSIGNMENT, (all, name: string) =>
    isSecret(name) ? `${name}=${LEFT_OUT}` : all,
  );
  return replaceKeyLike(named, LEFT_OUT);
}

/** Settings of another tool as JSON, without what is a key by its name or its form: they are kept in a run folder. */
export function withoutKeys(value: unknown): Json {
  if (typeof value === "string") return plainText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (value === null || typeof value !== "object") return null;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) && typeof member === "string" && member !== "" ? LEFT_OUT : withoutKeys(member),
    ]),
  );
}
