import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JsonlAppender } from "../../harness/store/appender.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

test("appends in order and keeps what is there", async () => {
  const file = join(temporaryFolder(), "deep", "er", "a.jsonl");
  const first = await JsonlAppender.open(file);
  await Promise.all([1, 2, 3].map((n) => first.append({ n })));
  await first.close();
  const second = await JsonlAppender.open(file);
  await second.append({ n: "ä\u2028\n" });
  await second.close();
  expect(
    readFileSync(file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line).n),
  ).toEqual([1, 2, 3, "ä\u2028\n"]);
  expect(second.repair).toBeUndefined();
});

test("cuts off a torn last line, however long, and says how much", async () => {
  const file = join(temporaryFolder(), "a.jsonl");
  const torn = `{"n":2,"text":"${"x".repeat(200_000)}`;
  writeFileSync(file, `{"n":1}\n${torn}`);
  const appender = await JsonlAppender.open(file);
  expect(appender.repair).toEqual({ file, bytesRemoved: torn.length });
  await appender.append({ n: 3 });
  await appender.close();
  expect(readFileSync(file, "utf8")).toBe('{"n":1}\n{"n":3}\n');
});

test("keeps a whole last line that lacks only its line feed", async () => {
  const file = join(temporaryFolder(), "a.jsonl");
  writeFileSync(file, '{"n":1}\n{"n":2}');
  const appender = await JsonlAppender.open(file);
  expect(appender.repair).toEqual({ file, bytesRemoved: 0 });
  await appender.append({ n: 3 });
  await appender.close();
  expect(readFileSync(file, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
});

test("a folder that cannot be written gives one error that says what to do", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  const inside = join(folder, "file", "a.jsonl");
  await expect(JsonlAppender.open(inside)).rejects.toMatchObject({
    code: "cannot-write",
    remedy: expect.stringMatching(/--out/),
  });
});

test.skipIf(process.getuid?.() === 0)(
  "a read-only file is refused (skipped for root, whom no permission stops)",
  async () => {
    const file = join(temporaryFolder(), "a.jsonl");
    appendFileSync(file, "");
    chmodSync(file, 0o444);
    await expect(JsonlAppender.open(file)).rejects.toMatchObject({ code: "cannot-write" });
  },
);

test.skipIf(process.platform !== "linux")(
  "a file that cannot be opened for appending is not left open (needs Linux)",
  async () => {
    const file = join(temporaryFolder(), "a.jsonl");
    writeFileSync(file, '{"n":1}\n');
    // Longer than any record; a hole, which takes no room.
    truncateSync(file, 257 << 20);
    await expect(JsonlAppender.open(file)).rejects.toMatchObject({ code: "file-too-large" });
    const open = readdirSync("/proc/self/fd").map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return "";
      }
    });
    expect(open).not.toContain(file);
  },
);
