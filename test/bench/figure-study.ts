/**
 * Coverage of 95% intervals of figures that are no plain mean: `npx tsx test/bench/figure-study.ts [SAMPLES]` (default
 * 2,000, some minutes). Prints for each number of questions the coverage of the intervals given, and their share.
 */
import { seededRandom } from "../../harness/core/random.js";
import { figurePopulations } from "../stats/figure-populations.js";

const SAMPLES = Number(process.argv[2] ?? 2000);
const QUESTIONS = [6, 10, 20, 40, 80];

for (const { figure, population, truth, sample } of figurePopulations) {
  const cells = QUESTIONS.map((questions) => {
    const random = seededRandom(`${figure}/${population}/${questions}`);
    let [given, covered] = [0, 0];
    for (let one = 0; one < SAMPLES; one++) {
      const interval = sample(random, questions);
      if (interval === null) continue;
      given++;
      if (interval.low <= truth && truth <= interval.high) covered++;
    }
    const share = (100 * given) / SAMPLES;
    return given === 0
      ? "–"
      : `${((100 * covered) / given).toFixed(1)}${share < 99.95 ? ` of ${share.toFixed(0)}%` : ""}`;
  });
  console.log(`| ${figure}, ${population} | ${cells.join(" | ")} |`);
}
