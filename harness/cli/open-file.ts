import { spawn } from "node:child_process";
import { writeNote } from "./output.js";

/** The desktop's program for a file. */
function opener(path: string): [string, string[]] {
  if (process.platform === "darwin") return ["open", [path]];
  return process.platform === "win32" ? ["explorer", [path]] : ["xdg-open", [path]];
}

/** Opens a file with the desktop's program for it, and does not wait. */
export function openFile(path: string): void {
  const [command, args] = opener(path);
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => writeNote(`assay: ${command} is not here; open ${path} by hand`));
  child.unref();
}
