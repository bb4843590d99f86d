import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isSwitched, MersenneTwister, pythonRandom } from "../../harness/core/python-random.js";

const mirror = process.env.ASSAY_MIRROR;

describe("MersenneTwister", () => {
  it("gives the reference implementation's outputs for its key 0x123 0x234 0x345 0x456", () => {
    const generator = MersenneTwister.fromKey(Uint32Array.of(0x123, 0x234, 0x345, 0x456));
    const outputs = Array.from({ length: 5 }, () => generator.nextUint32());
    expect(outputs).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476]);
  });

  it("gives what the C++ standard demands of std::mt19937: 4123659995 at the 10000th call", () => {
    const generator = MersenneTwister.fromSeed(5489);
    expect(generator.nextUint32()).toBe(3499211612);
    for (let call = 2; call < 10_000; call++) generator.nextUint32();
    expect(generator.nextUint32()).toBe(4123659995);
  });
});

describe("pythonRandom", () => {
  // Printed by CPython 3.11: r = random.Random(seed); r.random(), r.random(), r.random()
  it.each([
    ["", [0.9602256525641875, 0.595411957851699, 0.3880117152955401]],
    ["a", [0.2720295377534757, 0.06733663088629693, 0.5999141237517758]],
    ["2+2", [0.4083806798028814, 0.7872639493176361, 0.5976391740731523]],
    ["\0abc", [0.36502372882343415, 0.3447469901155511, 0.5472608108401928]],
    ["日本語🎉", [0.3836493846518232, 0.8300380125741866, 0.7791049667152453]],
    ["x".repeat(3000), [0.47422297912728983, 0.6092782718199351, 0.30705709079862464]],
  ])("equals random.Random(%j)", (seed, floats) => {
    const random = pythonRandom(seed);
    expect(floats.map(() => random.next())).toEqual(floats);
  });

  it("still equals CPython after more than one round of the state", () => {
    const random = pythonRandom("twist");
    for (let draw = 1; draw < 700; draw++) random.next();
    expect(random.next()).toBe(0.16123400261678256);
  });

  it("reads a lone surrogate as U+FFFD, where Python would refuse", () => {
    expect(pythonRandom("a\ud83d").next()).toBe(pythonRandom("a\ufffd").next());
  });
});

describe("isSwitched", () => {
  it("draws 0.2864263545 for the instruction 2+2, so the baseline stands first", () => {
    expect(pythonRandom("is_switched_outputs2+20").next()).toBeCloseTo(0.2864263545, 10);
    expect(isSwitched("2+2")).toBe(false);
  });

  it("depends on the annotator's seed", () => {
    const orders = Array.from({ length: 40 }, (_, seed) => isSwitched("2+2", String(seed)));
    expect(new Set(orders)).toEqual(new Set([false, true]));
  });
});

describe.skipIf(!mirror)("isSwitched on the published instructions (needs ASSAY_MIRROR)", () => {
  it("switches 406 of 805", () => {
    const path = join(mirror ?? "", "alpaca_eval/results/gpt4_1106_preview/model_outputs.json");
    const rows = JSON.parse(readFileSync(path, "utf8")) as { instruction: string }[];
    expect(rows.length).toBe(805);
    expect(rows.filter((row) => isSwitched(row.instruction)).length).toBe(406);
  });
});
