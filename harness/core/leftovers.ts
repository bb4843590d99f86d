import { existsSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { sha256 } from "./hash.js";

/** The namespace of this process's pid, which containers have of their own; undefined on systems without such. */
export function ownPidNamespace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

/** Whether a process of this machine and namespace runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** Within which processes pids are told apart, in eight letters and digits: folders are shared between machines. */
function machine(): string {
  return sha256(`${hostname()} ${ownPidNamespace() ?? ""}`).slice(0, 8);
}

let sequence = 0;

/** Name of the file that is written before it takes the place of another; it tells who writes it. */
export function temporaryName(name: string): string {
  return `${name}.${machine()}-${process.pid}-${sequence++}.tmp`;
}

/** Name of the folder in which a run folder is made before it takes its place. */
export function buildingName(name: string): string {
  return `.${name}.${machine()}-${process.pid}.merging`;
}

const TEMPORARY = /\.([0-9a-f]{8})-(\d+)(?:-\d+)?\.(?:tmp|merging)$/;
/** What another machine writes is left alone for as long as anything may take. */
const DAY_MS = 24 * 60 * 60 * 1000;

function isLeftover(folder: string, name: string, nowMs: number): boolean {
  const [, by, pid] = TEMPORARY.exec(name) ?? [];
  if (by === undefined) return false;
  if (by !== machine()) return nowMs - statSync(join(folder, name)).mtimeMs > DAY_MS;
  return Number(pid) !== process.pid && !isRunning(Number(pid));
}

const cleaned = new Set<string>();

/** Removes what commands that were killed left in a folder, once in a process. What cannot be removed stays. */
export function removeLeftovers(folder: string): void {
  if (cleaned.has(folder) || !existsSync(folder)) return;
  cleaned.add(folder);
  try {
    const nowMs = Date.now();
    for (const name of readdirSync(folder)) {
      if (isLeftover(folder, name, nowMs)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // Nothing depends on it.
  }
}
