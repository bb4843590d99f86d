/** Words in a name that say that its value is a secret. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  "auth",
  "authorization",
  "bearer",
  "code",
  "cookie",
  "credential",
  "credentials",
  "jwt",
  "key",
  "passwd",
  "password",
  "pwd",
  "sas",
  "secret",
  "sig",
  "signature",
  "token",
]);
/** The same written in one word, such as `apikey` or `accesstoken`. */
const SECRET_COMPOUND =
  /^(access|account|api|app|auth|client|id|master|private|refresh|secret|security|session|shared|subscription|user|x)(key|token|secret|password|signature|credential)s?$/;
/** Names whose values choose or name something that is no secret. */
const PLAIN_NAMES = /^(cf-aig-)?(cache|idempotency|partition|sort)-key$/i;

/** Keys of well-known forms; with a digit somewhere, so that long hyphenated words stay. */
export const KEY_LIKE = /\b(?:sk-|pk-|rk-|gsk_|xai-|hf_)(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/g;

/** Whether the name of a header or of a parameter in a query says that its value is a secret. */
export function isSecretName(name: string): boolean {
  if (PLAIN_NAMES.test(name)) return false;
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => SECRET_WORDS.has(word) || SECRET_COMPOUND.test(word));
}

function hasKeyLike(text: string): boolean {
  return text.search(KEY_LIKE) >= 0;
}

/**
 * Where a web address holds a secret, in words that do not repeat it; undefined where it holds none. An address is
 * written into records and reports.
 */
export function secretInAddress(url: URL): string | undefined {
  if (url.username !== "" || url.password !== "") return "holds a user name or password";
  if (url.hash !== "") return "holds a fragment (#…), which no server sees";
  for (const [name, value] of url.searchParams) {
    if (isSecretName(name)) return `holds a secret in its query (${name.slice(0, 40)}=…)`;
    if (hasKeyLike(value) || hasKeyLike(name)) return "holds in its query what looks like a key";
  }
  return hasKeyLike(url.pathname) ? "holds in its path what looks like a key" : undefined;
}
