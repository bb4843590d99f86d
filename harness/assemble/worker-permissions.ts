import { ConfigError } from "../core/errors.js";
import { printable } from "../core/text.js";
import { OPENAI_BASE_URL, readBaseUrl } from "../models/base-url.js";
import type { ModelSpecification } from "../models/specification.js";
import { NotHere } from "../queue/queue-worker.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a worker's command line lets calls out of the queue have. */
export interface WorkerPermissions {
  /** Base URLs; what lies below one is allowed with it. */
  readonly endpoints: readonly string[];
  /** Environment variables with keys; any of them may go to any of the endpoints. */
  readonly variables: readonly string[];
}

/** Variables that say how the network is reached; they hold no keys of endpoints and stay on this machine. */
const NETWORK_VARIABLES = [
  "http_proxy",
  "HTTP_PROXY",
  "https_proxy",
  "HTTPS_PROXY",
  "no_proxy",
  "NO_PROXY",
] as const;

/** Encoded separators, which some servers take for those that lead out of a folder. */
const HIDDEN_SEPARATOR = /%2f|%5c|\\/i;

function refuse(message: string, remedy: string): ConfigError {
  return new ConfigError(message, { code: "worker-permissions", remedy });
}

function isBelow(endpoint: string, allowed: string): boolean {
  return endpoint === allowed || endpoint.startsWith(`${allowed}/`);
}

/** Decides for a worker what a call out of the queue may have: whoever can write to the Redis can ask for anything. */
export class WorkerGuard {
  private readonly endpoints: readonly string[];
  private readonly variables: ReadonlySet<string>;

  /** @throws ConfigError `worker-permissions`, `bad-base-url`. */
  constructor(
    permissions: WorkerPermissions,
    private readonly environment: Environment,
  ) {
    if (permissions.endpoints.length === 0) {
      throw refuse(
        "the worker is allowed no endpoint",
        "Name those that calls out of the queue may go to: --allow-endpoint http://localhost:8000/v1 (repeatable), and with --allow-key-env the variables that hold their keys.",
      );
    }
    this.endpoints = permissions.endpoints.map((url) => readBaseUrl(url).endpoint);
    for (const name of permissions.variables) {
      const shown = printable(name.slice(0, 60), { oneLine: true });
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw refuse(
          `--allow-key-env takes the name of an environment variable, not "${shown.slice(0, 4)}…"`,
          "Name the variable that holds the key, such as OPENAI_API_KEY.",
        );
      }
      if (!environment[name]) {
        throw refuse(
          `the environment variable ${shown} is not set`,
          `Set it (export ${shown}=…), or leave --allow-key-env ${shown} out.`,
        );
      }
    }
    this.variables = new Set(permissions.variables);
  }

  /** What a call's model may see of the environment. */
  get visible(): Environment {
    const names = [...NETWORK_VARIABLES, ...this.variables];
    return Object.fromEntries(names.map((name) => [name, this.environment[name]]));
  }

  /** @throws NotHere naming what the worker's command line does not allow. */
  check(specification: ModelSpecification, variables: readonly string[]): void {
    const { endpoint } = readBaseUrl(specification.baseUrl ?? OPENAI_BASE_URL);
    const isAllowed = this.endpoints.some((allowed) => isBelow(endpoint, allowed));
    if (!isAllowed || HIDDEN_SEPARATOR.test(endpoint)) {
      const shown = printable(endpoint.slice(0, 200), { oneLine: true });
      throw new NotHere(`calls to ${shown} are not allowed here`, {
        code: "endpoint-not-allowed",
        remedy: `Start a worker with --allow-endpoint ${shown} if it is yours.`,
      });
    }
    const missing = variables.filter((name) => !this.variables.has(name));
    if (missing.length === 0) return;
    const shown = printable(missing.join(", ").slice(0, 200), { oneLine: true });
    throw new NotHere(`calls that need the key in ${shown} are not allowed here`, {
      code: "key-not-allowed",
      remedy: `Start a worker with --allow-key-env ${shown}, and the variable set, if that is meant.`,
    });
  }
}
