/** From the published files to a board with sandwich intervals; `arena-rank.ts` bundles this and runs it by itself. */
import { readFileSync } from "node:fs";
import type { ArenaBattle } from "../../harness/stats/contextual/arena-options.js";
import { arenaRatings } from "../../harness/stats/contextual/arena-ratings.js";
import { BASELINE, countedModels, gamesOf, readStyles } from "../stats/contextual/arena-hard-ko.js";

const folder = process.argv[2] ?? "";
const styles = readStyles(folder);
const battles: ArenaBattle[] = [];
for (const model of countedModels(styles)) {
  for (const { question, share, weight } of gamesOf(folder, model)) {
    const a = styles.get(model)?.get(question);
    const b = styles.get(BASELINE)?.get(question);
    if (a === undefined || b === undefined) continue;
    const features = [a.tokens - b.tokens, a.headers - b.headers, a.lists - b.lists, a.bold - b.bold];
    const battle = { a: model, b: BASELINE, shareA: share, cluster: question, features };
    // A battle that counts three times is three rows, as for the package.
    for (let copy = 0; copy < weight; copy++) battles.push(battle);
  }
}
const { ratings } = arenaRatings(battles);
const peak = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
const figures = {
  rows: battles.length,
  ratings: Object.fromEntries(ratings.map(({ model, rating, variance }) => [model, [rating, variance]])),
  cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  megabytes: Number(peak) / 1024,
};
console.log(JSON.stringify(figures));
