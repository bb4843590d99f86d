import type { PageBallot, PageItem } from "../../../reports/vote/ballot-data.js";

/** A sentence of answers, with a mark so that it can be found again. */
function answerText(item: number, side: string, turn: number, characters: number): string {
  const line = `Answer ${side} to item ${item}, turn ${turn}, with **bold**, \`code\` and a list:\n\n- one\n- two\n\n`;
  return line
    .repeat(Math.max(1, Math.ceil(characters / line.length)))
    .slice(0, Math.max(characters, line.length));
}

/** A ballot of so many two-turn pairs, with answers of so many characters. */
export function sampleBallot(
  pairs: number,
  options: Partial<PageBallot> & { characters?: number } = {},
): PageBallot {
  const { characters = 200, ...given } = options;
  const items = Array.from({ length: pairs }, (_, place): PageItem => {
    const item = place + 1;
    const side = (name: string) => [1, 2].map((turn) => answerText(item, name, turn, characters));
    return {
      item,
      category: place % 2 === 0 ? "writing" : "math",
      turns: [1, 2],
      asked: [`Question of item ${item}?`, `And then, item ${item}?`],
      ...(place % 2 === 0 ? {} : { reference: ["42", "43"] }),
      texts: [side("x"), side("y")],
    };
  });
  return {
    id: "0123456789abcdef",
    version: "0.0.0",
    title: "Sample suite",
    repeats: 0.2,
    items,
    toServer: false,
    ...given,
  };
}
