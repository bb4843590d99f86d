import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../../harness/core/errors.js";
import { codePointLength } from "../../../harness/core/text.js";
import { JsonReader } from "../../../harness/interop/alpaca-eval/json.js";
import { ReadBuffer, RepeatedText } from "../../../harness/interop/alpaca-eval/read-buffer.js";

const readerOf = (text: string) => new JsonReader("made-up.json", Buffer.from(text));

/** The error that reading the whole text throws. */
function failureOf(text: string): DataError {
  try {
    const reader = readerOf(text);
    reader.readValue();
    reader.expectEnd();
  } catch (thrown) {
    if (thrown instanceof DataError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

describe("JsonReader", () => {
  it("reads whatever JSON.stringify writes, compact or indented", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const reader = readerOf(text);
        expect(reader.readValue()).toEqual(JSON.parse(text));
        reader.expectEnd();
      }),
    );
  });

  it("measures texts in code points, escaped or not, as it would after decoding them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(3), (text, shift) => {
        const plain = JSON.stringify(text);
        const escaped = plain.replace(
          /[^\u0000-\u007e]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
        // Bytes are taken four by four; where a text begins must not matter.
        const blanks = " ".repeat(shift);
        for (const written of [plain, escaped]) {
          expect(readerOf(blanks + written).readLength()).toBe(codePointLength(text));
          expect(readerOf(blanks + written).readText()).toBe(text);
        }
      }),
    );
  });

  it("passes over a value without losing its place", () => {
    const reader = readerOf('[{"a":["]}", {"b": "\\"]"}, 1e3], "c": null}, "x\\\\", -1.5, true, "end"]');
    const found: unknown[] = [];
    reader.readList((index) => (index < 4 ? reader.skipValue() : found.push(reader.readText())));
    reader.expectEnd();
    expect(found).toEqual(["end"]);
  });

  it("stops a list where it is told to", () => {
    const reader = readerOf("[1, 2, 3]");
    const seen: unknown[] = [];
    reader.readList(() => {
      seen.push(reader.readScalar());
      return seen.length < 2;
    });
    expect(seen).toEqual([1, 2]);
  });

  it("knows Python's NaN and infinities, which JSON does not", () => {
    const values: unknown[] = [];
    const reader = readerOf("[NaN, Infinity, -Infinity, 1]");
    reader.readList(() => values.push(reader.readScalar()));
    expect(values).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]);
    expect(readerOf('{"a": NaN}').readValue()).toEqual({ a: null });
  });

  it("passes over a byte order mark", () => {
    expect(readerOf("\ufeff[]").readValue()).toEqual([]);
  });

  it("keeps a key that objects must not inherit", () => {
    const value = readerOf('{"__proto__": {"a": 1}}').readRecord();
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });

  it.each([
    ['[1, "ab', "the file ends in the middle of a value", 1],
    ["[1,\n2", "the file ends in the middle of a value", 2],
    ["", "the file ends in the middle of a value", 1],
    ['{"a":\n\n', "the file ends in the middle of a value", 3],
    ["[1 2]", "a comma or a closing bracket was expected", 1],
    ["[1,\n]", "a value is missing", 2],
    ["{a: 1}", "a key in quotation marks was expected", 1],
    ['{"a" 1}', "a colon behind the key was expected", 1],
    ["[01]", 'unexpected "01"', 1],
    ["[nul]", 'unexpected "nul"', 1],
    ['["a\nb"]', "a text holds a control character", 1],
    ['["\\x"]', "a text holds an escape that does not exist", 1],
    ["[] []", "there is something behind the last value", 1],
  ])("refuses %j: %s", (text, message, line) => {
    const failure = failureOf(text);
    expect(failure.message).toContain(message);
    expect(failure).toMatchObject({ code: "broken-json", line });
  });

  it("refuses to follow a nesting that would end in the stack", () => {
    expect(failureOf("[".repeat(100_000)).message).toContain("nested too deeply");
  });

  it("notices a file that is cut off inside a value that is passed over", () => {
    for (const text of ['{"a": [1, {"b": "c', '{"a": [1, {"b": 2}', '{"a": "b\\']) {
      expect(() => readerOf(text).skipValue()).toThrow("ends in the middle of a value");
    }
  });

  it("decodes a text that comes again only once", () => {
    const reader = readerOf('["same\\u00e9", "same\\u00e9", "other", ""]');
    const known = new RepeatedText();
    const found: string[] = [];
    reader.readList(() => found.push(reader.readRepeated(known)));
    expect(found).toEqual(["sameé", "sameé", "other", ""]);
  });

  it("tells the lines of places in the file", () => {
    const reader = readerOf("[\n1,\n\n2,3\n]");
    const offsets: number[] = [];
    reader.readList(() => {
      offsets.push(reader.offset);
      reader.skipValue();
    });
    expect(reader.linesOf(offsets)).toEqual([2, 4, 4]);
  });

  describe("from files", () => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "assay-json-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("reads one after the other into the same memory, a longer one first", () => {
      const [long, short] = [join(folder, "long.json"), join(folder, "short.json")];
      writeFileSync(long, JSON.stringify(["x".repeat(50_000)]));
      writeFileSync(short, JSON.stringify(["y"]));
      const buffer = new ReadBuffer();
      JsonReader.open(long, buffer).readValue();
      const reader = JsonReader.open(short, buffer);
      expect(reader.readValue()).toEqual(["y"]);
      reader.expectEnd();
    });

    it("names a file that is not there", () => {
      expect(() => JsonReader.open(join(folder, "none.json"))).toThrow(
        expect.objectContaining({ code: "unreadable-file", file: join(folder, "none.json") }),
      );
    });
  });
});
