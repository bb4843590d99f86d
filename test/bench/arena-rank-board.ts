/** From the published files to a board with sandwich intervals; `arena-rank.ts` bundles this and runs it by itself. */
import { readFileSync } from "node:fs";
import { arenaRatings } from "../../harness/stats/contextual/arena-ratings.js";
import { readBattles, readModels } from "../stats/contextual/arena-hard-ko.js";

const folder = process.argv[2] ?? "";
const battles = readBattles(folder, readModels(folder)).flatMap(
  ({ weight = 1, styleA, styleB, ...battle }) => {
    const features = [
      styleA.tokens - styleB.tokens,
      styleA.headers - styleB.headers,
      styleA.lists - styleB.lists,
      styleA.bold - styleB.bold,
    ];
    // A battle that counts three times is three rows, as for the package.
    return Array.from({ length: weight }, () => ({ ...battle, features }));
  },
);
const { ratings } = arenaRatings(battles);
const peak = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
const figures = {
  rows: battles.length,
  ratings: Object.fromEntries(ratings.map(({ model, rating, variance }) => [model, [rating, variance]])),
  cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  megabytes: Number(peak) / 1024,
};
console.log(JSON.stringify(figures));
