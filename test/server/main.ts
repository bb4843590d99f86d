/**
 * The test server as a process of its own, so that a benchmark's client does not share a thread with it:
 * `node --import tsx test/server/main.ts '{"latencyMs":50}'` prints one JSON line with its port and runs until its
 * standard input ends.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { seededFaults } from "./faults.js";
import type { ProcessOptions, ProcessReport } from "./process.js";
import { echoReply } from "./replies.js";
import { type ServerOptions, startServer } from "./server.js";

function serverOptions(options: ProcessOptions): ServerOptions {
  const { faultRate, faultSeed, faultKinds, replyCharacters, echo, ...plain } = options;
  const faults = faultRate === undefined ? undefined : seededFaults(faultRate, faultSeed ?? 1, faultKinds);
  const fixed = replyCharacters === undefined ? undefined : "word ".repeat(Math.ceil(replyCharacters / 5));
  return {
    keepBodies: false,
    keepRequests: false,
    ...plain,
    ...(faults === undefined ? {} : { faults }),
    ...(fixed === undefined ? {} : { reply: () => fixed }),
    ...(echo === true ? { reply: echoReply } : {}),
  };
}

const options = JSON.parse(process.argv[2] ?? "{}") as ProcessOptions;
const server = await startServer(serverOptions(options));
const control = createServer((request, response) => {
  if (request.url === "/reset") server.reset();
  const report: ProcessReport = { ...server.counts, inFlight: server.inFlight };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(report));
});
control.listen(0, "127.0.0.1", () => {
  const { port } = control.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port: server.port, controlPort: port })}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
