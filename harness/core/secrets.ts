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

/** What keys are made of, in a row. */
const KEY_RUN = /[A-Za-z0-9_-]{19,}/g;
/** How keys of well-known services begin. */
const KEY_HEAD = /(?:^|-)(?:sk-|pk-|rk-|gsk_|xai-|hf_)/;
/** Characters that follow the head of a key at least. */
const LEAST_BEHIND_HEAD = 16;

/**
 * Replaces keys of well-known forms; they have a digit somewhere, so that long hyphenated words stay. In two steps, each
 * of which goes through the text once: one pattern for both would go through what follows each of many heads.
 */
export function replaceKeyLike(text: string, shown: string): string {
  return text.replace(KEY_RUN, (run) => {
    const head = KEY_HEAD.exec(run);
    if (head === null) return run;
    const start = head.index + (head[0].startsWith("-") ? 1 : 0);
    const rest = run.slice(head.index + head[0].length);
    return rest.length >= LEAST_BEHIND_HEAD && /\d/.test(rest) ? run.slice(0, start) + shown : run;
  });
}

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
  return replaceKeyLike(text, "") !== text;
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
