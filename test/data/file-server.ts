import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What a test's server does with the n-th request (from 1) for a path. */
export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  call: number,
) => void;

/** A local web server of a few files, and every request it got. */
export interface FileServer {
  readonly baseUrl: string;
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  close(): Promise<void>;
}

/** Sends the file, or the part that was asked for. */
export const serveWell: Behaviour = (request, response, bytes) => {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  if (start === undefined) {
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    return;
  }
  const from = Number(start);
  if (from >= bytes.length) {
    response.writeHead(416).end();
    return;
  }
  response
    .writeHead(206, {
      "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      "content-length": bytes.length - from,
    })
    .end(bytes.subarray(from));
};

/** Serves `files` by path on a free port of this machine. */
export async function startFileServer(
  files: Readonly<Record<string, string | Buffer>>,
  behaviour: Behaviour = serveWell,
): Promise<FileServer> {
  const requests: { path: string; range: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").slice(1));
    requests.push({ path, range: request.headers.range });
    const content = files[path];
    if (content === undefined) {
      response.writeHead(404).end("no such file");
      return;
    }
    const call = requests.filter((one) => one.path === path).length;
    behaviour(request, response, Buffer.from(content), call);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
