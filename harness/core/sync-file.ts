import { fdatasync, fsync } from "node:fs";
import { promisify } from "node:util";

/** An open file, by its number: file handles cannot sync under Yarn's Plug'n'Play, which stands in for `node:fs`. */
interface OpenFile {
  readonly fd: number;
}

const syncAll = promisify(fsync);
const syncContent = promisify(fdatasync);

/** Resolves when all of an open file is on disk. */
export async function syncFile(file: OpenFile): Promise<void> {
  await syncAll(file.fd);
}

/** Resolves when the content of an open file is on disk, and of its other facts what reading it takes. */
export async function syncFileContent(file: OpenFile): Promise<void> {
  await syncContent(file.fd);
}
