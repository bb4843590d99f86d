/** A thread that scans pieces of a corpus; see {@link ./scan-threads.ts}. */
import { parentPort, workerData } from "node:worker_threads";
import { CorpusScan } from "./corpus-scan.js";
import type { FoundPassage } from "./findings.js";
import { type FromThread, type ThreadData, type ToThread, thrownAsData } from "./thread-messages.js";

/** Matches that are sent at once. */
const MOST_MATCHES = 200;
/** Between two notes of how far a piece is. */
const NOTE_MS = 1000;

const port = parentPort;
if (port === null) throw new Error("runs as a thread only");
const { index, options, wantsMatches } = workerData as ThreadData;
const post = (message: FromThread) => port.postMessage(message);

let unit = 0;
let noted = 0;
let matches: FoundPassage[] = [];
const sendMatches = () => {
  if (matches.length > 0) post({ kind: "matches", unit, matches });
  matches = [];
};
const scan = new CorpusScan(index, {
  ...options,
  methods: new Set(options.methods),
  onProgress: (bytes) => {
    if (performance.now() - noted < NOTE_MS) return;
    noted = performance.now();
    post({ kind: "progress", unit, bytes });
  },
  ...(wantsMatches
    ? {
        onMatch: (match: FoundPassage) => {
          matches.push(match);
          if (matches.length >= MOST_MATCHES) sendMatches();
        },
      }
    : {}),
});

port.on("message", async (message: ToThread) => {
  if (message === "end") {
    post({ kind: "found", found: scan.found() });
    port.close();
    return;
  }
  unit = message.unit;
  try {
    const facts = await scan.unit(message);
    sendMatches();
    post({ kind: "done", unit, facts });
  } catch (error) {
    post({ kind: "failed", unit, error: thrownAsData(error) });
  }
});
