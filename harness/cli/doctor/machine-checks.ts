import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../core/errors.js";
import { showBytes } from "../quantities.js";
import { type Check, failedWith, passed, type Subject, warned } from "./check.js";

/** Oldest Node.js that assay runs on, as package.json's `engines` says. */
const OLDEST_NODE = [20, 19] as const;
/** A run of MT-Bench over two models takes some 10 MB. */
const LITTLE_SPACE_BYTES = 200e6;

/** Whether this Node.js is new enough. @param version such as `20.19.0`. */
export function checkNode(version: string): Check {
  const about: Subject = { area: "machine", subject: "Node.js" };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return passed(about, `${version}; a browser is not needed`);
  return {
    ...about,
    outcome: "failed",
    message: `${version} is too old`,
    remedy: `Install Node.js ${OLDEST_NODE.join(".")} or newer.`,
  };
}

/** The nearest part of a path that is there. */
async function nearestExisting(path: string): Promise<{ path: string; isFolder: boolean }> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const facts = await stat(at).catch(() => undefined);
    if (facts !== undefined) return { path: at, isFolder: facts.isDirectory() };
    if (dirname(at) === at) return { path: at, isFolder: false };
  }
}

/**
 * Whether a folder, or the one that it would be made in, can be written to, and has room. Writes nothing.
 * @param option What names another folder, such as `--out`.
 */
export async function checkFolder(about: Subject, folder: string, option: string): Promise<Check> {
  const remedy = `Choose another folder with ${option}.`;
  const existing = await nearestExisting(folder);
  if (!existing.isFolder)
    return { ...about, outcome: "failed", message: `${existing.path} is a file, not a folder`, remedy };
  try {
    await access(existing.path, constants.W_OK);
  } catch (error) {
    const message = `${existing.path} cannot be written to (${messageOf(error)})`;
    return { ...about, outcome: "failed", message, remedy };
  }
  const space = await statfs(existing.path).catch(() => undefined);
  if (space === undefined) return passed(about, `${folder} can be written to`);
  const free = Number(space.bavail) * Number(space.bsize);
  if (free < LITTLE_SPACE_BYTES)
    return warned(about, `${folder} has only ${showBytes(free)} left`, "Free disk space.");
  return passed(about, `${folder} can be written to (${showBytes(free)} free)`);
}

/** Whether charts can be drawn as images: their canvas is a binary that an installation may lack. */
export async function checkCharts(formats: readonly string[]): Promise<Check[]> {
  const needed = formats.filter((format) => format === "png" || format === "svg");
  if (needed.length === 0) return [];
  const about: Subject = { area: "machine", subject: "charts" };
  try {
    const { createCanvas } = await import("canvas");
    createCanvas(1, 1);
    return [passed(about, `${needed.join(", ")} can be drawn`)];
  } catch (error) {
    const check = failedWith(about, error);
    const remedy = "Install assay again with optional packages, or leave png and svg out of report.formats.";
    return [{ ...check, remedy }];
  }
}
