import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { enter } from "../../harness/cli/entrance.js";

/** How a command line ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A working directory of its own for each test, with an environment that holds no keys and a cache of its own. */
export interface Bench {
  /** Working directory of the test that runs. */
  readonly folder: string;
  /** Writes a file below the working directory and returns its name. */
  write(name: string, text: string): string;
  /** Runs a command line in this process. */
  assay(...words: string[]): Promise<Outcome>;
  /** Runs it with `--json` and parses what stdout holds. */
  json(
    ...words: string[]
  ): Promise<{ readonly code: number; readonly document: unknown; readonly stderr: string }>;
}

const CLEARED = /^(ASSAY_|OPENAI_|.*_API_KEY$|GITHUB_|GITLAB_|CI$)/;

/** Where a command line runs. */
export interface Place {
  /** Working directory. */
  readonly cwd: string;
  /** More of the environment, in which there are no keys and a cache of the place's own. */
  readonly env?: Readonly<Record<string, string>>;
}

function enterPlace({ cwd, env = {} }: Place): void {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (CLEARED.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv("ASSAY_HOME", join(cwd, ".home"));
  vi.stubEnv("NO_COLOR", "1");
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** Runs a command line in this process, as it stands. */
async function runWords(words: readonly string[]): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  const err = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    stderr += String(chunk);
    return true;
  });
  try {
    await enter(words);
    return { code: Number(process.exitCode ?? 0), stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
    process.exitCode = undefined;
  }
}

/**
 * Runs a command line from source in this process, for tests in which the process itself is not the point: starting one
 * takes longer than most commands. One at a time, since a process has one working directory.
 */
export async function runHere(words: readonly string[], place: Place): Promise<Outcome> {
  const before = process.cwd();
  enterPlace(place);
  try {
    return await runWords(words);
  } finally {
    vi.unstubAllEnvs();
    process.chdir(before);
  }
}

/** Prepares a bench; call it at the top of a `describe`. */
export function useBench(): Bench {
  const before = process.cwd();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-cli-"));
    enterPlace({ cwd: folder });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    process.chdir(before);
    process.exitCode = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const assay = (...words: string[]) => runWords(words);

  return {
    get folder() {
      return folder;
    },
    write(name, text) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return name;
    },
    assay,
    async json(...words) {
      const { code, stdout, stderr } = await assay(...words, "--json");
      return { code, stderr, document: JSON.parse(stdout) };
    },
  };
}
