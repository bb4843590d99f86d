import { isLimitAboveContext, readContextClaim } from "./context-room.js";
import type { FailureDetail } from "./failure-detail.js";

/** What an error response comes to: see {@link EndpointError} for the codes. */
export interface FailureClass {
  readonly code: string;
  readonly retryable: boolean;
  readonly remedy?: string;
  /** True where no other request could fare better, whatever the code says. */
  readonly concernsEndpoint?: true;
  /** The endpoint says that it is still loading. */
  readonly unready?: "loading";
}

const OVERFLOW_NAMES = new Set(["contextlengthexceeded", "contextwindowexceeded", "exceedcontextsize"]);
const OVERFLOW =
  /maximum context length|longer than the model's context length|exceeds? the (available|model's( maximum)?|maximum) context|context[ _]?(length|size|window) ?(is )?exceeded|prompt is too long|input is too long|exceeds the maximum number of tokens|`?max_new_tokens`? must be <=|too large for model with \d+ maximum context|exceed context window/i;

/** Words that refuse an output limit whatever the prompt. */
const LIMIT_TOO_HIGH =
  /max_(?:completion_|new_|output_)?tokens\W[^.]{0,60}?(?:cannot be greater than|is too large|must be (?:less|at most)|: \d+ > \d+)/i;

const FILTERED =
  /content management policy|content[ _-]filter|flagged as potentially violating|input was flagged|content exists risk|data may contain inappropriate content/i;
const FILTER_NAMES = new Set([
  "contentfilter",
  "contentpolicyviolation",
  "invalidprompt",
  "datainspectionfailed",
]);

const QUOTA =
  /insufficient[ _](quota|balance|credits?|funds)|exceeded your current quota|credit balance is too low|billing[ _]hard[ _]limit|budget has been exceeded|out of credits/i;
const QUOTA_NAMES = new Set([
  "insufficientquota",
  "insufficientcredits",
  "insufficientbalance",
  "paymentrequired",
  "billing",
  "billingnotactive",
  "budgetexceeded",
  "arrearage",
]);

const WRONG_KEY =
  /(incorrect|invalid|wrong|missing|malformed|expired|no) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|missing|required|expired|incorrect)|(invalid|missing) (proxy server|bearer|access) token|authentication (error|failed)/i;
const KEY_NAMES = new Set([
  "invalidapikey",
  "apikeyinvalid",
  "authentication",
  "unauthenticated",
  "unauthorized",
  // LiteLLM without a database: it knows its master key alone.
  "nodbconnection",
]);

/** FastChat, LiteLLM, transformers serve, OpenRouter, DeepSeek and whoever says it as OpenAI does. */
const UNKNOWN_MODEL =
  /allowed now, your model |invalid model name|server is pinned to|\bmodel\b[^.]{0,200}?\b(does not exist|not exist|(was |could )?not (be )?found|has been decommissioned)|(unknown|no such) model\b|is not a valid model/i;
const MODEL_NAMES = new Set([
  "modelnotfound",
  "deploymentnotfound",
  "modeldecommissioned",
  "modelnotsupported",
]);

/** OpenAI of models, and of what models do, that Chat Completions does not have. */
const RESPONSES_ONLY = /only supported in \/?v1\/responses|use \/?v1\/responses/i;

/** Statuses under which servers report errors by the names of their codes and types, without what the names share. */
const STATUS_BY_NAME: Readonly<Record<string, number>> = {
  badrequest: 400,
  invalidrequest: 400,
  invalidargument: 400,
  contextlengthexceeded: 400,
  contextwindowexceeded: 400,
  exceedcontextsize: 400,
  contentfilter: 400,
  contentpolicyviolation: 400,
  unsupportedparameter: 400,
  unsupportedvalue: 400,
  unprocessableentity: 422,
  invalidapikey: 401,
  apikeyinvalid: 401,
  authentication: 401,
  unauthenticated: 401,
  unauthorized: 401,
  nodbconnection: 401,
  paymentrequired: 402,
  insufficientcredits: 402,
  insufficientbalance: 402,
  billing: 402,
  billingnotactive: 402,
  budgetexceeded: 402,
  permission: 403,
  permissiondenied: 403,
  forbidden: 403,
  modelnotfound: 404,
  deploymentnotfound: 404,
  notfound: 404,
  requesttoolarge: 413,
  insufficientquota: 429,
  ratelimit: 429,
  ratelimitexceeded: 429,
  resourceexhausted: 429,
  toomanyrequests: 429,
  server: 500,
  internal: 500,
  internalserver: 500,
  api: 500,
  unavailable: 503,
  serviceunavailable: 503,
  overloaded: 503,
};

/** A code or type without spelling: `model_not_found`, `ModelNotFoundError` and `model-not-found` are one. */
function nameOf(text: string): string {
  return text
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase()
    .replace(/(?:error|exception)$/, "");
}

/** The status that an error stands for whose response had none of its own; undefined where it says nothing. */
export function statusOfNames({ code, type, state = "" }: FailureDetail): number | undefined {
  for (const text of [code, state, type]) {
    const number = /^\d{3}$/.test(text) ? Number(text) : 0;
    if (number >= 400 && number <= 599) return number;
    const known = STATUS_BY_NAME[nameOf(text)];
    if (known !== undefined) return known;
  }
  return undefined;
}

/** llama.cpp ("Loading model"), Hugging Face ("is currently loading") and servers that say it alike. */
const LOADING = /\b(loading|warming up|starting up)\b|not (yet )?ready|still starting/i;

function wrongKey({ message, type }: FailureDetail, keyName: string): FailureClass {
  const remedy = /litellm\.AuthenticationError/.test(message)
    ? "The proxy's own key for the provider behind it was refused: correct it in the proxy's configuration."
    : nameOf(type) === "nodbconnection"
      ? `Check that ${keyName} holds the proxy's master key: without a database it knows no other.`
      : `Check that ${keyName} holds a key that is valid for this endpoint and may use this model.`;
  return { code: "unauthorized", retryable: false, remedy };
}

const responsesOnly: FailureClass = {
  code: "bad-request",
  retryable: false,
  concernsEndpoint: true,
  remedy: "Ask it through the Responses API: `options: { api: responses }` in its entry of the config file.",
};

const unknownModel: FailureClass = {
  code: "model-not-found",
  retryable: false,
  remedy: "Check the model name; most endpoints list theirs under the base URL at /models.",
};

function isLimitTooHigh(message: string): boolean {
  const claim = readContextClaim(message);
  return claim === undefined ? LIMIT_TOO_HIGH.test(message) : isLimitAboveContext(claim);
}

/** What the words mean, whatever status they came with; undefined where they say nothing that is known. */
function classifyByMeaning(
  status: number | undefined,
  detail: FailureDetail,
  keyName: string,
): FailureClass | undefined {
  const all = `${detail.code} ${detail.type} ${detail.message}`;
  const names = [detail.code, detail.type, detail.state ?? ""].map(nameOf);
  const isNamed = (known: ReadonlySet<string>) => names.some((name) => known.has(name));
  if (status === 402 || isNamed(QUOTA_NAMES) || QUOTA.test(all)) {
    const remedy = "Add credit or use another key; the same command then goes on from here.";
    return { code: "quota-exceeded", retryable: false, remedy };
  }
  if (status === 401) return wrongKey(detail, keyName);
  const mayBeRefusal = status === undefined || (status < 500 && status !== 429);
  if (mayBeRefusal && isLimitTooHigh(detail.message)) {
    const code = /max_model_len|context/i.test(detail.message) ? "context-overflow" : "bad-request";
    const remedy =
      "Lower parameters.maxTokens to what the endpoint allows: its limit stands in the message, and no prompt gets more.";
    return { code, retryable: false, remedy, concernsEndpoint: true };
  }
  if (isNamed(OVERFLOW_NAMES) || OVERFLOW.test(all) || readContextClaim(detail.message) !== undefined) {
    const remedy = "Lower parameters.maxTokens, or serve the model with a longer context.";
    return { code: "context-overflow", retryable: false, remedy };
  }
  if (!mayBeRefusal) return undefined;
  if (isNamed(FILTER_NAMES) || FILTERED.test(all)) return { code: "content-filtered", retryable: false };
  if (isNamed(KEY_NAMES) || WRONG_KEY.test(detail.message)) return wrongKey(detail, keyName);
  if (RESPONSES_ONLY.test(detail.message)) return responsesOnly;
  if (isNamed(MODEL_NAMES) || UNKNOWN_MODEL.test(detail.message)) return unknownModel;
  return undefined;
}

function classifyByStatus(status: number, detail: FailureDetail, keyName: string): FailureClass {
  if (status === 401 || status === 403) return wrongKey(detail, keyName);
  if (status === 404 || status === 405) {
    if (status === 404 && /model|deployment/i.test(detail.message + detail.code)) return unknownModel;
    const remedy = "Check the base URL; for most servers it ends in /v1.";
    return { code: "bad-request", retryable: false, remedy };
  }
  if (status === 408) return { code: "timeout", retryable: true };
  if (status === 409 || status === 425) return { code: "server-error", retryable: true };
  if (status === 413) return { code: "context-overflow", retryable: false };
  if (status === 429) {
    if (/request too large/i.test(detail.message)) {
      const remedy = "The request alone is above the account's limit: lower parameters.maxTokens.";
      return { code: "rate-limited", retryable: false, remedy };
    }
    return { code: "rate-limited", retryable: true };
  }
  if (status === 503 && LOADING.test(detail.message))
    return { code: "server-error", retryable: true, unready: "loading" };
  if (status >= 500 && status !== 501) return { code: "server-error", retryable: true };
  return { code: "bad-request", retryable: false };
}

/**
 * Classifies an error response by what it says, and by its status where its words say nothing that is known: servers
 * send wrong keys, unknown models and limits out of range as plain 400s.
 * @param status undefined for an error inside a success whose status cannot be told; such an error may be tried again
 * @param keyName where the key comes from, for the remedy
 */
export function classifyFailure(
  status: number | undefined,
  detail: FailureDetail,
  keyName: string,
): FailureClass {
  return (
    classifyByMeaning(status, detail, keyName) ??
    (status === undefined
      ? { code: "server-error", retryable: true }
      : classifyByStatus(status, detail, keyName))
  );
}
