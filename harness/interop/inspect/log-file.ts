import { DataError } from "../../core/errors.js";
import { hashFile } from "../../data/download-file.js";
import { parseDocument, readDocument } from "../json-document.js";
import { anyRecord, checked } from "../results/checked.js";
import { openZip, type ZipArchive } from "../zip/zip-archive.js";
import { headerSchema, type InspectHeader, type InspectSample, sampleSchema } from "./shapes.js";

const WHAT = "a log of Inspect";

/** A log as it is read: its header, then its samples one by one. */
export interface InspectLog {
  readonly file: string;
  readonly sha256: string;
  readonly header: InspectHeader;
  /** @throws DataError naming file, member and key. */
  samples(): AsyncGenerator<InspectSample>;
  close(): void;
}

async function memberJson(zip: ZipArchive, name: string): Promise<unknown> {
  const text = await zip.text(name);
  return text === undefined ? undefined : parseDocument(text, `${zip.file}!${name}`);
}

/** Members of a sample that is split into several: `samples/ID_epoch_N/sample.json`, its lists and maps in pieces. */
const SPLIT_SAMPLE = /^(samples\/.+_epoch_\d+\/)(?:sample|skeleton)\.json$/;
const WHOLE_SAMPLE = /^samples\/.+_epoch_\d+\.json$/;

/** Pieces are named after the place of their first entry. */
function pieceOrder(one: string, other: string): number {
  const start = (name: string) => Number(/(\d+)\.json$/.exec(name)?.[1] ?? 0);
  return start(one) - start(other);
}

/** Lists of a split sample that are read: what is not (events, calls) needs no inflating. */
async function pieces(zip: ZipArchive, folder: string, kind: "messages" | "attachments"): Promise<unknown[]> {
  const names = [...zip.members.keys()]
    .filter((name) => name.startsWith(`${folder}${kind}/`))
    .sort(pieceOrder);
  const found: unknown[] = [];
  for (const name of names) found.push(await memberJson(zip, name));
  return found;
}

async function splitSample(zip: ZipArchive, name: string, folder: string): Promise<unknown> {
  const place = `${zip.file}!${name}`;
  const own = checked(anyRecord, await memberJson(zip, name), place, WHAT);
  const metadata = anyRecord.catch({}).parse((await memberJson(zip, `${folder}metadata.json`)) ?? {});
  const messages = (await pieces(zip, folder, "messages")).flat();
  const attachments = Object.assign({}, ...(await pieces(zip, folder, "attachments")));
  return {
    ...metadata,
    ...own,
    ...(messages.length === 0 ? {} : { messages }),
    attachments: { ...anyRecord.catch({}).parse(own.attachments ?? {}), ...attachments },
  };
}

async function* zipSamples(zip: ZipArchive): AsyncGenerator<InspectSample> {
  // A sample that is split has one leading member; `sample` and `skeleton` are two names for it.
  const taken = new Set<string>();
  for (const name of zip.members.keys()) {
    const [, folder] = SPLIT_SAMPLE.exec(name) ?? [];
    const isSplit = folder !== undefined && zip.members.has(name);
    if (!isSplit && !WHOLE_SAMPLE.test(name)) continue;
    if (isSplit) {
      if (taken.has(folder)) continue;
      taken.add(folder);
    }
    const value = isSplit ? await splitSample(zip, name, folder) : await memberJson(zip, name);
    yield checked(sampleSchema, value, `${zip.file}!${name}`, "a sample of Inspect");
  }
}

async function openArchive(file: string): Promise<InspectLog> {
  const zip = openZip(file);
  try {
    const header = await memberJson(zip, "header.json");
    if (header === undefined) {
      throw new DataError("the log has no header.json: the evaluation was not finished", {
        code: "unfinished-log",
        file,
        remedy:
          "Finish it with `inspect eval-retry`, or recover it with `inspect log recover`, then import it.",
      });
    }
    return {
      file,
      sha256: await hashFile(file),
      header: checked(headerSchema, header, `${file}!header.json`, WHAT),
      samples: () => zipSamples(zip),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function openDocument(file: string): InspectLog {
  const { value, sha256 } = readDocument(file);
  const header = checked(headerSchema, value, file, WHAT);
  const samples = Array.isArray(header.samples) ? header.samples : [];
  return {
    file,
    sha256,
    header,
    async *samples() {
      for (const [index, sample] of samples.entries())
        yield checked(sampleSchema, sample, `${file}, sample ${index + 1}`, "a sample of Inspect");
    },
    close: () => undefined,
  };
}

/** Opens a log, `.eval` or `.json`. @throws DataError naming file, member and key. */
export async function openLog(file: string): Promise<InspectLog> {
  return file.endsWith(".eval") ? openArchive(file) : openDocument(file);
}
