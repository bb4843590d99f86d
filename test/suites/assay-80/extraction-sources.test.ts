import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeBlock, entryOf, referenceText, turnText } from "./questions.js";

const block = (number: number, turn: 1 | 2, language: string) =>
  codeBlock(referenceText("extraction", number, turn), language).trimEnd();

describe("assay-80 extraction 6: museum", () => {
  interface Entry {
    object: string;
    material?: string;
    place?: string;
    year?: number;
  }
  const message = turnText("extraction", 6, 1);
  function readTable(title: string): Map<number, Entry> {
    const paragraph = message.split("\n\n").find((one) => one.startsWith(title)) ?? "";
    return new Map(
      [...paragraph.matchAll(/^(\d+) \| (\w+) \| (\w+) \| (\w+|-) \| (\d+)$/gm)].map(
        ([, number, object = "", material = "", place = "", year]) => [
          Number(number),
          { object, material, year: Number(year), ...(place === "-" ? {} : { place }) },
        ],
      ),
    );
  }
  const [register, labels] = [readTable("Register"), readTable("Label cards")];
  const letter = new Map<number, Omit<Entry, "object">>([
    [11, { material: "clay", place: "Varne", year: 1871 }],
    [12, { material: "horn", place: "Tolm", year: 1880 }],
    [13, { place: "Varne" }],
    [14, { material: "brass", place: "Ostrel", year: 1871 + 1 }],
  ]);
  const present = <T>(values: (T | undefined)[]) => values.filter((value) => value !== undefined);
  type Rule = (
    register: Entry | undefined,
    label: Entry | undefined,
    letter: Partial<Entry> | undefined,
  ) => {
    material: string | undefined;
    place: string | undefined;
    year: number | undefined;
  };
  const twice = (values: string[]) => values.find((value, i) => values.indexOf(value) !== i);

  function merge(rule: Rule, useLetter: (number: number) => boolean) {
    return [11, 12, 13, 14, 15].map((number) => {
      const sources = [
        register.get(number),
        labels.get(number),
        useLetter(number) ? letter.get(number) : undefined,
      ] as const;
      const { material, place, year } = rule(...sources);
      const conflict = (["material", "place", "year"] as const).filter(
        (field) => new Set(present(sources.map((source) => source?.[field]))).size > 1,
      );
      const object = (sources[0] ?? sources[1])?.object;
      return { number, object, material, place: place ?? null, year, conflict };
    });
  }
  const first = merge(
    (r, l, t) => ({
      material: r?.material ?? l?.material ?? t?.material,
      place: twice(present([r?.place, l?.place, t?.place])) ?? t?.place,
      year: t?.year ?? r?.year ?? l?.year,
    }),
    () => true,
  );

  it("rests on what the letter says", () => {
    for (const quotation of [
      "The bowl came out of the river at Varne in the summer of 71, and it is clay",
      "The comb I bought at Tolm in 1880; it is horn",
      "The lamp is brass, from Ostrel, and came to me the year after the bowl",
      "the bell is from Varne",
    ]) {
      expect(message).toContain(quotation);
    }
    expect([register.size, labels.size]).toEqual([4, 4]);
  });

  it("has the stated merge", () => {
    expect(JSON.parse(block(6, 1, "json"))).toEqual(first);
  });

  it("has the stated changes under the other rules", () => {
    const second = merge(
      (r, l, t) => ({
        material: t?.material ?? l?.material ?? r?.material,
        place: twice(present([r?.place, l?.place, t?.place])) ?? l?.place,
        year: r?.year ?? t?.year ?? l?.year,
      }),
      (number) => number !== 12,
    );
    const write = (value: unknown) => (Array.isArray(value) ? value.join("+") : String(value));
    const rows = first.flatMap((before, i) => {
      const after = new Map<string, unknown>(Object.entries(second[i] ?? {}));
      return Object.entries(before)
        .filter(([field, value]) => write(value) !== write(after.get(field)))
        .map(([field, value]) => [before.number, field, write(value), write(after.get(field))].join(","));
    });
    expect(block(6, 2, "csv")).toBe(["number,field,old,new", ...rows].join("\n"));
  });
});

describe("assay-80 extraction 10: votes", () => {
  type Vote = "yes" | "no" | "abstained" | "not_voted";
  interface Message {
    at: string;
    voter: string;
    motion: "M1" | "M2";
    vote?: Vote;
    like?: string;
    opposite?: string;
    passedOn?: true;
  }
  const members = ["Ada", "Bor", "Cleo", "Dov", "Esme", "Finn"];
  const motions = ["M1", "M2"] as const;
  const lines = turnText("extraction", 10, 1)
    .split("\n")
    .filter((line) => line.startsWith("["));
  /** The votes in each line of the chat, by its stamp. */
  const meanings = new Map<string, Omit<Message, "at">[]>([
    [
      "19:02",
      [
        { voter: "Ada", motion: "M1", vote: "yes" },
        { voter: "Ada", motion: "M2", vote: "yes" },
      ],
    ],
    [
      "19:05",
      [
        { voter: "Bor", motion: "M1", vote: "no" },
        { voter: "Bor", motion: "M2", vote: "yes" },
      ],
    ],
    [
      "19:11",
      [
        { voter: "Gil", motion: "M1", vote: "yes" },
        { voter: "Gil", motion: "M2", vote: "yes" },
      ],
    ],
    [
      "19:20",
      [
        { voter: "Cleo", motion: "M1", vote: "yes" },
        { voter: "Cleo", motion: "M2", vote: "abstained" },
      ],
    ],
    [
      "19:31",
      [
        { voter: "Dov", motion: "M1", vote: "no" },
        { voter: "Dov", motion: "M2", vote: "no" },
      ],
    ],
    ["19:40", [{ voter: "Bor", motion: "M1", vote: "yes" }]],
    [
      "19:44",
      [
        { voter: "Esme", motion: "M2", like: "Dov" },
        { voter: "Esme", motion: "M1", opposite: "Dov" },
      ],
    ],
    [
      "19:52",
      [
        { voter: "Finn", motion: "M1", vote: "no", passedOn: true },
        { voter: "Finn", motion: "M2", vote: "yes", passedOn: true },
      ],
    ],
    ["19:58", [{ voter: "Dov", motion: "M2", vote: "yes" }]],
    ["20:01", [{ voter: "Finn", motion: "M1", vote: "yes" }]],
    ["20:03", [{ voter: "Cleo", motion: "M2", vote: "yes" }]],
  ]);
  const messages = lines.flatMap((line) => {
    const at = line.slice(1, 6);
    return entryOf(meanings, at).map((one): Message => ({ at, ...one }));
  });

  /** The counted vote of a member on a motion. */
  function voteOf(
    member: string,
    motion: string,
    closing: string,
    passedOn: boolean,
    followNow: boolean,
  ): Vote {
    const own = messages.filter((m) => m.voter === member && m.motion === motion && m.at < closing);
    const last = own.filter((m) => !m.passedOn).at(-1) ?? (passedOn ? own.at(-1) : undefined);
    if (last === undefined) return "not_voted";
    if (last.vote !== undefined) return last.vote;
    const moment = followNow ? closing : last.at;
    const other = voteOf(last.like ?? last.opposite ?? "", motion, moment, passedOn, followNow);
    if (last.like !== undefined) return other;
    return other === "yes" ? "no" : other === "no" ? "yes" : other;
  }
  function count(vote: (member: string, motion: string) => Vote) {
    return Object.fromEntries(
      motions.map((motion) => {
        const of = (wanted: Vote) => members.filter((member) => vote(member, motion) === wanted);
        const lists = {
          yes: of("yes"),
          no: of("no"),
          abstained: of("abstained"),
          not_voted: of("not_voted"),
        };
        return [motion, { ...lists, carried: lists.yes.length >= 5 }];
      }),
    );
  }
  const first = (member: string, motion: string) => voteOf(member, motion, "20:00", true, false);
  const second = (member: string, motion: string) => voteOf(member, motion, "20:05", false, true);

  it("has the stated count, then the stated recount", () => {
    expect(lines).toHaveLength(meanings.size);
    expect(parse(block(10, 1, "yaml"))).toEqual(count(first));
    expect(parse(block(10, 2, "yaml"))).toEqual(count(second));
    const changes = motions.flatMap((motion) =>
      members
        .filter((member) => first(member, motion) !== second(member, motion))
        .map((member) => `${motion} ${member}: ${first(member, motion)} -> ${second(member, motion)}`),
    );
    expect(referenceText("extraction", 10, 2).split("```\n").at(-1)).toBe(changes.join("\n"));
  });
});
