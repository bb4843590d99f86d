import { ConfigError } from "../core/errors.js";
import { replaceKeyLike, secretInAddress } from "../core/secrets.js";
import { printable } from "../core/text.js";

/** Where OpenAI itself answers. */
export const OPENAI_BASE_URL = "https://api.openai.com/v1";

/** A base URL taken apart. */
export interface BaseUrl {
  /** Origin and path without a slash at the end; this names the endpoint and holds nothing secret. */
  readonly endpoint: string;
  /** Query of the base URL (Azure's `api-version`), sent with every request. */
  readonly query: Readonly<Record<string, string>>;
  /** True for OpenAI's own host. */
  readonly isOpenai: boolean;
  /** True for this machine. */
  readonly isLoopback: boolean;
}

function refuse(what: string, remedy: string): never {
  throw new ConfigError(what, { code: "bad-base-url", remedy });
}

/**
 * Reads a base URL as people write it: with or without a slash at the end, also with the path of one call behind it.
 * @throws ConfigError `bad-base-url`.
 */
export function readBaseUrl(text: string): BaseUrl {
  const shown = replaceKeyLike(printable(text.slice(0, 200), { oneLine: true }), "…")
    .replace(/\/\/[^/@]*@/, "//…@")
    .replace(/[?#].*/, "?…");
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return refuse(`"${shown}" is not a URL`, "A base URL looks like http://localhost:8000/v1.");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return refuse(
      `base URL "${shown}" does not start with http:// or https://`,
      `Did you mean http://${shown}?`,
    );
  }
  const secret = secretInAddress(url);
  if (secret !== undefined) {
    return refuse(
      `base URL "${shown}" ${secret}`,
      "Secrets come from the environment: see apiKeyEnv, apiKeyHeader and headersFromEnvironment in docs/adapters.md. An address is written into records and reports.",
    );
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/)?completions$/, "");
  return {
    endpoint: `${url.origin}${path}`,
    query: Object.fromEntries(url.searchParams),
    isOpenai: url.hostname === "api.openai.com",
    isLoopback: /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname),
  };
}
