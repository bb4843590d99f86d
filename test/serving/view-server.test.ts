import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/core/clock.js";
import type { LocalServer } from "../../harness/serving/local-server.js";
import { newToken } from "../../harness/serving/local-server.js";
import { serveView } from "../../harness/serving/view-server.js";
import { ViewedRuns } from "../../harness/viewing/viewed-runs.js";
import { runSample, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "../pipeline/sample-plan.js";

const token = newToken();

describe("the viewer's server", () => {
  const root = temporaryFolder();
  const refused: string[] = [];
  let viewed: ViewedRuns;
  let server: LocalServer;
  let id = "";

  beforeAll(async () => {
    const plan = singlePlan(
      sampleSuite(2),
      [sampleModel("m")],
      sampleModel("j", () => "=5"),
    );
    await runSample(join(root, "run"), plan);
    writeFileSync(join(root, "secret.txt"), "secret");
    mkdirSync(join(root, "run", "report"));
    writeFileSync(join(root, "run", "report", "index.html"), "<title>report</title>");
    await runSample(join(root, "linked"), plan);
    mkdirSync(join(root, "linked", "report"));
    symlinkSync(join(root, "secret.txt"), join(root, "linked", "report", "index.html"));
    viewed = new ViewedRuns(
      root,
      systemClock,
      () => ({
        ...{ suites: [], models: ["m"], judges: [], costUsd: 0, recordedSamples: false, figures: [] },
      }),
      () => undefined,
    );
    const page = "<!doctype html><title>view</title>";
    server = await serveView({ page, token, port: 0, source: viewed, onRefused: (why) => refused.push(why) });
    id = (await eventsOf("events", "runs"))[0].find(({ path }: { path: string }) => path === "run").id;
  });
  afterAll(async () => {
    viewed.close();
    await server.close();
  });

  interface Reply {
    readonly status: number;
    readonly body: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  }

  function ask(
    path: string,
    {
      method = "GET",
      headers = {},
      body,
    }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: server.port, method, path, headers, agent: false };
      const asked = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
        );
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }
  const own = (path: string, options = {}) => ask(`/${token}/${path}`, options);

  /** The first value of each of these events of a stream; then nobody listens any longer. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the events hold
  function eventsOf(path: string, ...names: readonly string[]): Promise<any[]> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: server.port, path: `/${token}/${path}`, agent: false };
      const asked = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
          const found = names.map((name) => new RegExp(`event: ${name}\\ndata: (.*)\\n\\n`).exec(text)?.[1]);
          if (found.some((one) => one === undefined)) return;
          response.destroy();
          resolve(found.map((one) => JSON.parse(one ?? "")));
        });
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  test("tells its page what there is, live, and shows records and the finished report", async () => {
    expect(await own("")).toMatchObject({ status: 200, body: expect.stringContaining("view") });
    const [run, records] = await eventsOf(`runs/${id}/events`, "run", "records");
    expect(run).toMatchObject({ path: "run", status: "complete", hasReport: true });
    expect(records).toHaveLength(6);
    const { file, offset } = records.find(({ stage }: { stage: string }) => stage === "answers");
    const record = await own(`runs/${id}/records/${file}/${offset}`);
    expect([record.status, JSON.parse(record.body).model]).toEqual([200, "m"]);
    const report = await own(`runs/${id}/report`);
    // In an origin of its own: a report of another machine can ask this server for nothing.
    expect(report).toMatchObject({ status: 200, body: "<title>report</title>" });
    expect(report.headers["content-security-policy"]).toMatch(
      /^sandbox (?!.*allow-same-origin).*default-src 'none'/,
    );
    expect(await own(`beside/${id}/0/${id}/0`)).toMatchObject({
      status: 200,
      body: expect.stringContaining('"changed":0'),
    });
    expect((await own("", { method: "HEAD" })).body).toBe("");
    expect((await own(`runs/${id}/events`, { method: "HEAD" })).body).toBe("");
  });

  test("answers nothing without the token, and no other path with it, however it is written", async () => {
    const without = [
      "/",
      "/events",
      `/runs/${id}/events`,
      `/${token.slice(1)}/`,
      `/${token.toLowerCase()}x/events`,
    ];
    for (const path of without) expect([path, (await ask(path)).status]).toEqual([path, 404]);
    const tricks = [
      ...[
        "run.json",
        "secret.txt",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "runs",
        "runs/",
        "events/",
        "events/x",
      ],
      ...[`runs/${id}`, `runs/${id}/`, `runs/${id}/report/`, `runs/${id}/report/../../secret.txt`],
      ...[`runs/${id}/report/radar.png`, `runs/${id}/answers/m.jsonl`, `runs/${id}/records/0`],
      ...[`runs/${id}/records/0/1`, `runs/${id}/records/-1/0`, `runs/${id}/records/0/0/0`],
      ...[`runs/${id}/records/0/99999999`, `runs/${id}/records/1e3/0`, `runs/${id}/records/99/0`],
      ...[
        "runs/run/report",
        "runs/..%2frun/report",
        "runs/__proto__/report",
        `runs/${"0".repeat(16)}/events`,
      ],
      ...[`beside/${id}/0/${id}`, `beside/${id}/0/${id}/7`, `beside/${id}/x/${id}/0`, "beside"],
    ];
    for (const path of tricks) expect([path, (await own(path)).status]).toEqual([path, 404]);
    // A link in a foreign folder may lead anywhere.
    const [rows] = await eventsOf("events", "runs");
    const linked = rows.find(({ path }: { path: string }) => path === "linked");
    expect([linked.hasReport, (await own(`runs/${linked.id}/report`)).status]).toEqual([false, 404]);
  });

  test("refuses other methods and bodies, names that are not its own, and whatever another site asks", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
      expect([method, (await own("events", { method })).status]).toEqual([method, 405]);
    expect((await own("", { headers: { "content-length": "2" }, body: "{}" })).status).toBe(413);
    const { port } = server;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      "127.0.0.1",
      "0.0.0.0",
    ])
      expect([host, (await own("events", { headers: { host } })).status]).toEqual([host, 421]);
    expect((await own("", { headers: { host: `localhost:${port}` } })).status).toBe(200);
    const host = `127.0.0.1:${port}`;
    for (const headers of [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${port + 1}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    ]) {
      for (const path of ["", "events", `runs/${id}/report`])
        expect([headers, (await own(path, { headers: { host, ...headers } })).status]).toEqual([
          headers,
          403,
        ]);
    }
    // A link leads to the page alone.
    const link = {
      host,
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect([
      (await own("", { headers: link })).status,
      (await own(`runs/${id}/report`, { headers: link })).status,
    ]).toEqual([200, 403]);
    expect(new Set(refused.map((reason) => reason.split(" ")[0]))).toEqual(
      new Set(["403", "404", "405", "413", "421"]),
    );
    expect(refused.join()).not.toContain(root);
  });

  test("ends the streams of its pages when it ends", async () => {
    const ended = new Promise<void>((resolve) => {
      const options = { host: "127.0.0.1", port: server.port, path: `/${token}/events`, agent: false };
      const asked = request(options, (response) => {
        response.on("data", () => void server.close());
        response.on("end", resolve);
      });
      asked.end();
    });
    await ended;
  });
});
