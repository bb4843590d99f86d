import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { nounFor } from "../../core/count-of.js";
import { ConfigError, cannotWrite } from "../../core/errors.js";
import { makeFolder } from "../../core/make-folder.js";
import { presentFields } from "../../core/present-fields.js";
import type { Given } from "../declarations/commands.js";
import { exitCodes } from "../exit-codes.js";
import { CI_FILES, type CiService, ciTemplate } from "../templates/ci-templates.js";
import { configTemplate } from "../templates/config-template.js";
import { type FoundManager, packageManagerOf } from "../templates/package-managers.js";
import type { Terminal } from "../terminal.js";

interface NewFile {
  readonly path: string;
  readonly content: string;
  /** What is said beside its name. */
  readonly note?: string;
}

/**
 * `assay init [--out FILE] [--ci github|gitlab] [--force]`: a commented config, and a workflow on request, for the
 * project's own package manager. With `--ci`
 * a config that is there stays as it is, so that a workflow can be added to a project; without `--force` nothing is
 * ever replaced.
 */
export async function init(given: Given<"init">, terminal: Terminal): Promise<number> {
  const out = configFile(given.out);
  const service = given.ci;
  const found = service === undefined ? undefined : packageManagerOf(process.cwd());
  const isKept = service !== undefined && existsSync(out);
  const files: NewFile[] = [
    ...(isKept ? [] : [{ path: out, content: configTemplate() }]),
    ...(service === undefined || found === undefined ? [] : [workflow(service, out, found)]),
  ];
  if (given.force !== true) refuseToReplace(files);
  for (const file of files) await write(file);
  terminal.document({
    schema: "assay.init/1",
    written: files.map((file) => file.path),
    kept: isKept ? [out] : [],
    ...presentFields({ packageManager: found?.manager }),
  });
  if (isKept) terminal.say(`kept   ${out}`);
  for (const { path, note = "" } of files) terminal.say(`wrote  ${path}${note}`);
  const shown = out === "assay.yaml" ? "" : ` ${out}`;
  terminal.say("");
  terminal.say(`Next: name your model in ${out}, then \`assay doctor${shown}\` and \`assay run${shown}\`.`);
  return exitCodes.done;
}

function configFile(out = "assay.yaml"): string {
  if ([".yaml", ".yml"].includes(extname(out).toLowerCase())) return out;
  throw new ConfigError(`--out ${out}: the config is written as YAML`, {
    code: "invalid-value",
    remedy: "Give a name that ends in .yaml.",
  });
}

/** The workflow names the config as seen from the root of the repository, which is where `init` is run. */
function workflow(service: CiService, config: string, { manager, by }: FoundManager): NewFile {
  const path = relative(process.cwd(), resolve(config)).split(sep).join("/");
  if (path.startsWith("../") || isAbsolute(path)) {
    throw new ConfigError(`${config} is outside of this folder, so that a workflow cannot name it`, {
      code: "config-outside",
      remedy: "Run `assay init` in the root of the repository.",
    });
  }
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/.test(path)) {
    throw new ConfigError(`${path} cannot stand in a workflow as it is`, {
      code: "invalid-value",
      remedy: "Name the config with letters, digits, dots, hyphens and underscores.",
    });
  }
  const note = `  (for ${manager}, by ${by ?? "default: there is no lockfile here"})`;
  return { path: CI_FILES[service], content: ciTemplate(service, path, manager), note };
}

function refuseToReplace(files: readonly NewFile[]): void {
  const existing = files.filter((file) => existsSync(file.path)).map((file) => file.path);
  if (existing.length === 0) return;
  throw new ConfigError(`${existing.join(" and ")} ${nounFor(existing.length, "exists", "exist")} already`, {
    code: "file-exists",
    remedy: "Choose another file with --out, or replace it with --force. Nothing was written.",
  });
}

async function write({ path, content }: NewFile): Promise<void> {
  try {
    makeFolder(dirname(path));
    await writeFile(path, content);
  } catch (cause) {
    throw cannotWrite(path, "Choose another file with --out.", cause, ConfigError);
  }
}
