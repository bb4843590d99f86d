import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { namedPath } from "../../harness/core/named-path.js";

describe("a path as it is named on the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-named-"));
  const at = (name: string) => join(folder, name);
  mkdirSync(at("q#1"));
  writeFileSync(at("a=b.json"), "[]");
  writeFileSync(at("x.json"), "[]");

  test.each([
    ["x.json", { path: "x.json" }],
    ["x.json#m", { path: "x.json", picked: "m" }],
    ["x.json#org/m#2", { path: "x.json", picked: "org/m#2" }],
    ["q#1", { path: "q#1" }],
    ["q#1#m", { path: "q#1", picked: "m" }],
    ["a=b.json", { path: "a=b.json" }],
    ["a=b.json#m", { path: "a=b.json", picked: "m" }],
  ])("%s", (name, expected) => {
    expect(namedPath(at(name))).toEqual({ ...expected, path: at(expected.path) });
  });

  test("a name of one's own before the path, with a model behind it", () => {
    expect(namedPath(`mine=${at("x.json")}`)).toEqual({ path: at("x.json"), renamed: "mine" });
    expect(namedPath(`mine=${at("x.json")}#m`)).toEqual({ path: at("x.json"), picked: "m", renamed: "mine" });
    expect(namedPath(`mine=${at("a=b.json")}`)).toEqual({ path: at("a=b.json"), renamed: "mine" });
  });

  test("what does not exist is split at the last mark, so that the path can be named", () => {
    expect(namedPath("none/at#all#m")).toEqual({ path: "none/at#all", picked: "m" });
    expect(namedPath("mine=none.json")).toEqual({ path: "none.json", renamed: "mine" });
    expect(namedPath("#m")).toEqual({ path: "#m" });
  });
});
