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

/** Prepares a bench; call it at the top of a `describe`. */
export function useBench(): Bench {
  const before = process.cwd();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-cli-"));
    process.chdir(folder);
    for (const name of Object.keys(process.env)) if (CLEARED.test(name)) vi.stubEnv(name, undefined);
    vi.stubEnv("ASSAY_HOME", join(folder, ".home"));
    vi.stubEnv("NO_COLOR", "1");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    process.chdir(before);
    process.exitCode = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function assay(...words: string[]): Promise<Outcome> {
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
    // yargs prints help and version through the console.
    const log = vi.spyOn(console, "log").mockImplementation((text) => {
      stdout += `${String(text)}\n`;
    });
    try {
      await enter(words);
      return { code: Number(process.exitCode ?? 0), stdout, stderr };
    } finally {
      out.mockRestore();
      err.mockRestore();
      log.mockRestore();
      process.exitCode = undefined;
    }
  }

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
