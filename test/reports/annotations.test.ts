import { describe, expect, it } from "vitest";
import { githubAnnotations } from "../../reports/annotations.js";
import { reportView } from "../../reports/view/view.js";
import { GATES, HOSTILE_GATES, hostileInput } from "./hostile-input.js";
import { sampleInput } from "./sample-input.js";

describe("githubAnnotations", () => {
  it("makes errors of failures, warnings of what is not settled, notices of what passed", () => {
    expect(githubAnnotations({ gates: GATES })).toEqual([
      "::error title=Gate fail%3A missing at most 1%25::cedar: 2.5%25 of the verdicts are missing",
      "::warning title=Gate inconclusive%3A score against main::brook, math: the interval contains −0.20",
      "::notice title=Gate pass%3A score at least 6.5::aurora: the interval lies above 6.50",
    ]);
  });

  it("annotates comparisons only where a margin makes them a gate", () => {
    const { comparisons } = sampleInput();
    const gated = githubAnnotations({ comparisons: reportView(sampleInput()).comparisons });
    expect(gated).toHaveLength(1);
    expect(gated[0]).toMatch(/^::notice title=aurora-7b-ckpt-1200 against aurora-7b-ckpt-800%3A pass::/);
    const free = comparisons.map((one) => ({ ...one, margin: 0 }));
    expect(
      githubAnnotations({ comparisons: reportView({ ...sampleInput(), comparisons: free }).comparisons }),
    ).toEqual([]);
  });

  it("lets no name or message start a command of its own", () => {
    const input = hostileInput();
    const { comparisons } = reportView(input);
    const lines = githubAnnotations({ gates: HOSTILE_GATES, comparisons, warnings: input.scores.warnings });
    expect(lines).toHaveLength(20);
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning) title=[^:,\n\r]+::[^\n\r\u0000-\u001f]+$/);
    }
  });
});
