import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { removeLeftovers, temporaryName } from "./leftovers.js";
import { makeFolder } from "./make-folder.js";
import { syncFile } from "./sync-file.js";

/**
 * Writes a whole file so that a reader, or a crash, sees the old or the new content and nothing between.
 * @param content what stands in it, or what writes it
 * @param failure the error to throw for what went wrong; by default that itself
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
  failure: (cause: unknown) => unknown = (cause) => cause,
): Promise<void> {
  const temporary = temporaryName(file);
  try {
    removeLeftovers(dirname(file));
    makeFolder(dirname(file));
    const handle = await open(temporary, "w");
    try {
      if (typeof content === "function") await content(handle);
      else await handle.writeFile(content);
      await syncFile(handle);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw failure(cause);
  }
}
