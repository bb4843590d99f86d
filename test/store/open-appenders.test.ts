import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JsonlAppender } from "../../harness/store/appender.js";
import { OpenAppenders } from "../../harness/store/open-appenders.js";
import { RunStore } from "../../harness/store/run-store.js";
import { answerOf } from "../pipeline/audit/audit-fixtures.js";

test("of many files only so many are open at once, and each has all of its lines in order", async () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-appenders-"));
  let [open, most, opened] = [0, 0, 0];
  const appenders = new OpenAppenders(async (file) => {
    most = Math.max(most, ++open);
    opened++;
    const appender = await JsonlAppender.open(file);
    const close = appender.close.bind(appender);
    return Object.assign(appender, { close: () => close().finally(() => open--) });
  }, 3);
  const lines = Array.from({ length: 60 }, (_, index) => ({ file: `${(index * 7) % 10}.jsonl`, index }));
  await Promise.all(
    lines.map(({ file, index }) => appenders.use(join(folder, file), (appender) => appender.append(index))),
  );
  await appenders.close();
  expect([most, open, opened >= 10]).toEqual([3, 0, true]);
  for (const file of readdirSync(folder)) {
    const own = lines.filter((line) => line.file === file).map(({ index }) => String(index));
    expect(readFileSync(join(folder, file), "utf8").trim().split("\n").sort()).toEqual(own.sort());
  }
});

test("a file that cannot be opened fails those who use it, and can be opened later", async () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-appenders-"));
  let isBroken = true;
  const appenders = new OpenAppenders((file) =>
    isBroken ? Promise.reject(new Error("no room")) : JsonlAppender.open(file),
  );
  const append = () => appenders.use(join(folder, "a.jsonl"), (appender) => appender.append(1));
  await expect(append()).rejects.toThrow("no room");
  isBroken = false;
  await append();
  await appenders.close();
  expect(readFileSync(join(folder, "a.jsonl"), "utf8")).toBe("1\n");
});

test.skipIf(process.platform !== "linux")(
  "a full disk fails what is appended then, and a later record finds the file open again (needs /dev/full)",
  async () => {
    const file = join(mkdtempSync(join(tmpdir(), "assay-appenders-")), "a.jsonl");
    const disks = ["/dev/full", file];
    const appenders = new OpenAppenders(() => JsonlAppender.open(disks.shift() ?? ""));
    const lost = await Promise.allSettled([appenders.append(file, 1), appenders.append(file, 2)]);
    expect(lost.map((one) => one.status === "rejected" && one.reason.code)).toEqual(
      Array(2).fill("cannot-write"),
    );
    await appenders.append(file, 3);
    await appenders.close();
    expect(readFileSync(file, "utf8")).toBe("3\n");
  },
);

test.skipIf(process.platform !== "linux")(
  "a run of 200 models holds no more than two dozen files open (needs Linux)",
  async () => {
    const run = mkdtempSync(join(tmpdir(), "assay-appenders-"));
    const store = new RunStore(run, () => undefined);
    const filesOfRun = () =>
      readdirSync("/proc/self/fd").filter((descriptor) => {
        try {
          return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(run);
        } catch {
          return false;
        }
      }).length;
    let most = 0;
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        await store.appendAnswer(answerOf(`m${index}`, "q1", ["text"]));
        most = Math.max(most, filesOfRun());
      }),
    );
    await store.close();
    expect([most > 12, most <= 24]).toEqual([true, true]);
    expect(readdirSync(join(run, "answers"))).toHaveLength(200);
  },
);

test("a file that vanished is not made again, nor another of its folder, and nobody waits for ever", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "assay-appenders-")), "answers");
  const appenders = new OpenAppenders(undefined, 1);
  await appenders.append(join(folder, "a.jsonl"), 1);
  rmSync(folder, { recursive: true });
  const names = ["a", "a", "b", "c", "d"];
  const lost = await Promise.allSettled(
    names.map((name) => appenders.append(join(folder, `${name}.jsonl`), 2)),
  );
  expect(lost.map((one) => one.status === "rejected" && one.reason.code)).toEqual(
    names.map(() => "run-folder-gone"),
  );
  await expect(appenders.append(join(folder, "a.jsonl"), 3)).rejects.toMatchObject({
    code: "run-folder-gone",
  });
  await appenders.close();
  expect(existsSync(folder)).toBe(false);
});
