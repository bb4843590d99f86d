import type { Clock } from "../core/clock.js";
import type { GenerationParameters, Json } from "../core/records.js";

/**
 * A model as a config file describes it: plain data without secrets. Which fields are needed depends on the adapter;
 * `createModel` checks them.
 */
export interface ModelSpecification {
  /** Display id, unique in the run. */
  readonly id: string;
  /** Registry name (`openai`, `completions`, `replay`, `command`, `module`) or the path of a module. */
  readonly adapter: string;
  /** Name that the endpoint knows; for `replay`, the model of the file whose answers are meant. */
  readonly model?: string;
  /** Such as `http://localhost:8000/v1`; `https://api.openai.com/v1` by default. */
  readonly baseUrl?: string;
  /** Name of the environment variable that holds the key; refused where it is not set. */
  readonly apiKeyEnv?: string;
  /** Variable whose value is the key where none is named and it is set. */
  readonly defaultApiKeyEnv?: string;
  /** Parameters that override those a suite or a judge asks for. */
  readonly parameters?: GenerationParameters;
  /** Chat template of `completions`: a name, a `.jinja` file or a `tokenizer_config.json`. */
  readonly template?: string;
  /** File of `replay` (or folder of files), or module of `module`. */
  readonly path?: string;
  /** Several files of `replay`. */
  readonly paths?: readonly string[];
  /** Program of `command`. */
  readonly command?: string;
  readonly args?: readonly string[];
  /** System message put before each conversation. */
  readonly system?: string;
  readonly family?: string;
  /** Key into the price table; the model name by default. */
  readonly priceKey?: string;
  /** Options of the adapter, see docs/adapters.md. */
  readonly options?: Readonly<Record<string, Json>>;
}

/** What the outside world is to an adapter; passed in so that tests need no network and no waiting. */
export interface ModelServices {
  /** Environment variables, for keys, proxies and programs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine's own time by default. */
  readonly clock?: Clock;
  /** Node's own `fetch` by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** Folder that relative paths start from; the working directory by default. */
  readonly folder?: string;
  /** Whether others make the calls, with keys of theirs: then a key that is not set here is not missed. */
  readonly asksElsewhere?: boolean;
}
