import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../harness/core/random.js";
import { cohenKappa, crossTabulate, gwetAc1, rawAgreement } from "../../harness/stats/agreement.js";
import type { IntervalEstimate } from "../../harness/stats/estimate.js";
import { estimateKrippendorffAlpha, krippendorffAlpha } from "../../harness/stats/krippendorff-alpha.js";
import { type RaterAgreement, raterAgreement } from "../../harness/stats/rater-agreement.js";
import { expectRelative } from "./relative.js";

/** Verdicts of two raters, A, B or tie: AA 40, AB 5, AT 4, BA 10, BB 25, BT 6, TA 2, TB 0, TT 8. */
const COUNTS: readonly (readonly [string, string, number])[] = [
  ["A", "A", 40],
  ["A", "B", 5],
  ["A", "T", 4],
  ["B", "A", 10],
  ["B", "B", 25],
  ["B", "T", 6],
  ["T", "A", 2],
  ["T", "T", 8],
];
const ITEMS = COUNTS.flatMap(([first, second, count]) =>
  Array.from({ length: count }, () => ({ first, second })),
);
const FIRST = ITEMS.map(({ first }) => first);
const SECOND = ITEMS.map(({ second }) => second);
const NUMBER_OF: Readonly<Record<string, number>> = { A: 0, B: 1, T: 2 };
const asNumbers = (labels: readonly string[]): number[] => labels.map((label) => NUMBER_OF[label] ?? -1);

describe("agreement of two raters", () => {
  const table = crossTabulate(FIRST, SECOND, ["A", "B", "T"]);

  it("gives Cohen's κ, plain and weighted (statsmodels)", () => {
    expectRelative(cohenKappa(table).value, 0.5531281032770605);
    expectRelative(cohenKappa(table, "linear").value, 0.5566899516389038);
    expectRelative(cohenKappa(table, "quadratic").value, 0.5608899297423887);
  });

  it("gives raw agreement and Gwet's AC1 (irrCAC)", () => {
    expectRelative(rawAgreement(table).value, 0.73);
    expectRelative(gwetAc1(table).value, 0.6144647128119087);
  });

  it("gives Krippendorff's α (krippendorff)", () => {
    const units = ITEMS.map(({ first, second }) => [NUMBER_OF[first] ?? null, NUMBER_OF[second] ?? null]);
    expectRelative(krippendorffAlpha(units, "nominal").value, 0.551764411445733);
    expectRelative(krippendorffAlpha(units, "ordinal").value, 0.5727529759465941);
    expectRelative(krippendorffAlpha(units, "interval").value, 0.5625519026916125);
    const named = ITEMS.map(({ first, second }) => [first, second]);
    expectRelative(krippendorffAlpha(named, "nominal").value, 0.551764411445733);
  });

  it("does not change when the raters or the names of labels are swapped", () => {
    const swapped = crossTabulate(SECOND, FIRST, ["T", "A", "B"]);
    expectRelative(cohenKappa(swapped).value, 0.5531281032770605);
    expectRelative(gwetAc1(swapped).value, 0.6144647128119087);
  });

  it("is 1 in full agreement and 0 for κ when chance explains all", () => {
    expect(cohenKappa(crossTabulate(FIRST, FIRST)).value).toBe(1);
    expect(gwetAc1(crossTabulate(FIRST, FIRST)).value).toBe(1);
    expect(cohenKappa(crossTabulate(["A", "A", "B", "B"], ["A", "B", "A", "B"])).value).toBe(0);
    expect(cohenKappa(crossTabulate(["A", "A"], ["B", "B"])).value).toBe(0);
  });

  it("keeps AC1 where κ is not defined, and says so", () => {
    const onlyA = crossTabulate(["A", "A", "A"], ["A", "A", "A"], ["A", "B"]);
    expect(cohenKappa(onlyA).reason).toContain("one and the same label");
    expect(gwetAc1(onlyA).value).toBe(1);
    expect(gwetAc1(crossTabulate(["A"], ["A"])).reason).toContain("one possible label");
  });

  it("says what it cannot tell and refuses what does not fit", () => {
    const empty = crossTabulate([], [], ["A", "B"]);
    for (const measure of [rawAgreement, cohenKappa, gwetAc1]) {
      expect(measure(empty)).toEqual({ value: null, reason: "there are no items" });
    }
    expect(() => crossTabulate(["A"], ["C"], ["A", "B"])).toThrow("label C");
    expect(() => crossTabulate(["A"], ["A", "B"])).toThrow(RangeError);
  });
});

describe("krippendorffAlpha", () => {
  /** Krippendorff 2011, section C: four observers, twelve units, missing values; 0.743, 0.815, 0.849. */
  const observers = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
    [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
  ];
  const units = Array.from({ length: 12 }, (_, unit) => observers.map((values) => values[unit] ?? null));

  it("gives the published values for several raters with gaps", () => {
    expectRelative(krippendorffAlpha(units, "nominal").value, 0.743421052631579);
    expectRelative(krippendorffAlpha(units, "ordinal").value, 0.8153875037548814);
    expectRelative(krippendorffAlpha(units, "interval").value, 0.8491071428571428);
  });

  it("moves with nothing: interval α is the same after shift and scale, ordinal after any rising change", () => {
    const change = (how: (value: number) => number) =>
      units.map((unit) => unit.map((value) => (value === null ? null : how(value))));
    expectRelative(
      krippendorffAlpha(
        change((v) => 10 * v - 4),
        "interval",
      ).value,
      0.8491071428571428,
    );
    expectRelative(
      krippendorffAlpha(
        change((v) => v ** 3),
        "ordinal",
      ).value,
      0.8153875037548814,
    );
  });

  it("does not care about the order of units or raters", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), { maxLength: 12 }),
        (rows) => {
          for (const level of ["nominal", "ordinal", "interval"] as const) {
            const there = krippendorffAlpha(rows, level).value;
            const back = krippendorffAlpha(rows.map((row) => row.toReversed()).toReversed(), level).value;
            if (there === null) expect(back).toBeNull();
            else expect(back).toBeCloseTo(there, 12);
          }
        },
      ),
    );
  });

  it("says what it cannot tell and refuses text on a scale", () => {
    expect(krippendorffAlpha([], "nominal").reason).toContain("two raters");
    expect(krippendorffAlpha([[1, null], [2]], "nominal").reason).toContain("two raters");
    expect(krippendorffAlpha([[3, 3]], "interval").reason).toContain("all values are the same");
    expect(() => krippendorffAlpha([["A", "B"]], "ordinal")).toThrow(RangeError);
    expect(() => krippendorffAlpha([[1, Number.NaN]], "interval")).toThrow(RangeError);
  });

  it("puts an interval around α that holds it, clustered", () => {
    const many = new Array(7).fill(units).flat();
    const clusters = many.map((_, i) => Math.floor(i / 2));
    const result = estimateKrippendorffAlpha(many, clusters, "ordinal");
    expect(result.clusters).toBe(42);
    expectRelative(result.estimate, krippendorffAlpha(many, "ordinal").value ?? Number.NaN);
    expect(result.interval?.low ?? 1).toBeLessThan(result.estimate ?? 0);
    expect(result.interval?.high ?? 0).toBeGreaterThan(result.estimate ?? 1);
    expect(estimateKrippendorffAlpha(many, clusters, "interval")).toMatchObject({
      interval: null,
      reason: "42 questions are too few: below 160 the interval misses more often than it says",
    });
  });
});

describe("raterAgreement", () => {
  const pairs = ITEMS.map((item, i) => ({ ...item, cluster: i % 50 }));

  it("gives all figures with intervals clustered by question", () => {
    const result = raterAgreement(pairs, { labels: ["A", "B", "T"] });
    expect(result).toMatchObject({ items: 100, clusters: 50 });
    expectRelative(result.raw.value, 0.73);
    expectRelative(result.kappa.value, 0.5531281032770605);
    expectRelative(result.ac1.value, 0.6144647128119087);
    expectRelative(result.alpha.value, 0.551764411445733);
    for (const figure of [result.raw, result.kappa, result.ac1, result.alpha]) {
      expect(figure.reason).toBeNull();
      expect(figure.interval?.method).toMatch(
        figure === result.raw ? /^bounded-mean .* 50 clusters$/ : /^jackknife on atanh, t, 50 clusters$/,
      );
      expect(figure.interval?.low ?? 1).toBeLessThan(figure.value ?? 0);
      expect(figure.interval?.high ?? 0).toBeGreaterThan(figure.value ?? 1);
    }
    // Binomial error of 73 in 100 is 0.0444; the interval of independent items would be 0.73 ± 0.087.
    expect((result.raw.interval?.high ?? 0) - (result.raw.interval?.low ?? 0)).toBeGreaterThan(0.12);
  });

  it("weights ratings by distance on request", () => {
    const [first, second] = [asNumbers(FIRST), asNumbers(SECOND)];
    const rated = first.map((value, i) => ({ first: value, second: second[i] ?? -1, cluster: i }));
    const result = raterAgreement(rated, {
      weights: "quadratic",
      measurement: "interval",
    });
    expectRelative(result.kappa.value, 0.5608899297423887);
    expectRelative(result.alpha.value, 0.5625519026916125);
  });

  it("says what it cannot tell and refuses what does not fit", () => {
    const none = raterAgreement([], {});
    expect(none).toMatchObject({ items: 0, raw: { value: null }, alpha: { value: null } });
    const one = raterAgreement([{ first: "A", second: "B", cluster: 1 }], {});
    expect(one.raw).toMatchObject({ value: 0, interval: { low: 0 } });
    expect(one.raw.reason).toContain("one cluster");
    expect(one.ac1).toMatchObject({ value: expect.any(Number), interval: null });
    expect(one.ac1.reason).toContain("at least 8 questions");
    const few = raterAgreement(
      pairs.filter(({ cluster }) => cluster < 39),
      {},
    );
    expect(few.kappa).toMatchObject({
      interval: null,
      reason: expect.stringContaining("39 questions are too few"),
    });
    expect(() => raterAgreement(pairs, { measurement: "ordinal" })).toThrow(RangeError);
    expect(() => raterAgreement(pairs, { labels: ["A", "B"] })).toThrow(RangeError);
  });
});

describe("intervals of coefficients", () => {
  // Ratings as judges give them: four of five are a 10; the second rater copies the first or draws again.
  const shares = [0.03, 0, 0, 0.01, 0.01, 0.01, 0.02, 0.04, 0.08, 0.8];
  const upTo = shares.map((_, rating) => shares.slice(0, rating + 1).reduce((sum, share) => sum + share, 0));
  const rated = (random: Random): number => {
    const drawn = random.next();
    return 1 + upTo.findIndex((most) => drawn < most + 1e-12);
  };
  const sample = (random: Random, size: number) =>
    Array.from({ length: size }, (_, cluster) => {
      const first = rated(random);
      return { first, second: random.next() < 0.5 ? rated(random) : first, cluster };
    });
  const labels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const covered = (questions: number, figure: (found: RaterAgreement) => IntervalEstimate, how: object) => {
    const random = seededRandom("coverage");
    let [held, given] = [0, 0];
    for (let sampleNumber = 0; sampleNumber < 300; sampleNumber++) {
      const { interval } = figure(raterAgreement(sample(random, questions), { labels, ...how }));
      if (interval === null) continue;
      given++;
      // The second rater agrees beyond chance in half of all cases, whatever the weights.
      if (interval.low <= 0.5 && 0.5 <= interval.high) held++;
    }
    return { given, share: held / given };
  };

  it.each([
    ["κ", 80, (found: RaterAgreement) => found.kappa, {}],
    ["ordinal α", 80, (found: RaterAgreement) => found.alpha, { measurement: "ordinal" }],
    ["quadratic κ", 160, (found: RaterAgreement) => found.kappa, { weights: "quadratic" }],
  ] as const)("%s at %i questions of skewed ratings", (_, questions, figure, how) => {
    const { given, share } = covered(questions, figure, how);
    expect(given).toBeGreaterThan(250);
    // 95% less two and a half binomial errors of 300 samples.
    expect(share).toBeGreaterThan(0.918);
  });

  it("gives quadratic κ none at 80 questions, where it would miss one time in ten", () => {
    expect(covered(80, ({ kappa }) => kappa, { weights: "quadratic" }).given).toBe(0);
  });
});
