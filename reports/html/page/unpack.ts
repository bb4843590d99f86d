import type { ReadingQuestion } from "../../view/reading-records.js";
import type { PageView } from "../packed-data.js";
import type { ReadingIndex } from "../reading-index.js";

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** A part of this page's data, whose type its own generator knows. */
export async function unpack(id: string): Promise<unknown> {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`this page lacks its part "${id}"`);
  const stream = new Blob([decodeBase64(element.textContent ?? "")])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// The parts were written by this page's own generator, from the same types; nothing else can have made them.
const asView = (value: unknown) => value as PageView;
const asIndex = (value: unknown) => value as ReadingIndex;
const asQuestions = (value: unknown) => value as readonly ReadingQuestion[];

let view: Promise<PageView> | undefined;
let index: Promise<ReadingIndex> | undefined;

/** The view without the answers; unpacked once. */
export function unpackView(): Promise<PageView> {
  view ??= unpack("data-view").then(asView);
  return view;
}

/** The index over all questions; unpacked once. */
export function unpackIndex(): Promise<ReadingIndex> {
  index ??= unpack("data-index").then(asIndex);
  return index;
}

const chunks = new Map<number, Promise<readonly ReadingQuestion[]>>();

/** One chunk of questions; unpacked once. */
export function unpackChunk(chunk: number): Promise<readonly ReadingQuestion[]> {
  const known = chunks.get(chunk);
  if (known !== undefined) return known;
  const unpacking = unpack(`data-chunk-${chunk}`).then(asQuestions);
  chunks.set(chunk, unpacking);
  return unpacking;
}
