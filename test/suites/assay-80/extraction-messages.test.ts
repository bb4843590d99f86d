import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeBlock, entryOf, referenceText, turnText } from "./questions.js";

const block = (number: number, turn: 1 | 2, language: string) =>
  codeBlock(referenceText("extraction", number, turn), language).trimEnd();
const json = (number: number, turn: 1 | 2): unknown => JSON.parse(block(number, turn, "json"));
const yaml = (number: number, turn: 1 | 2): unknown => parse(block(number, turn, "yaml"));

/**
 * What a passage says, sentence by sentence: each quotation stands word for word in the message, in this order,
 * and comes with its meaning. Runs the meanings one after the other.
 */
function follow(
  text: string,
  meanings: readonly (readonly [quotation: string, meaning: () => void])[],
): void {
  let from = 0;
  for (const [quotation, meaning] of meanings) {
    const at = text.indexOf(quotation, from);
    expect(at, quotation).toBeGreaterThanOrEqual(0);
    from = at + quotation.length;
    meaning();
  }
}

describe("assay-80 extraction 1: bakery", () => {
  const orders = new Map<
    string,
    { day: string; rye: number; seed: number; rolls: number; before: string | null }
  >();
  const place =
    (
      customer: string,
      day: string,
      part: Partial<{ rye: number; seed: number; rolls: number; before: string }>,
    ) =>
    () => {
      orders.set(customer, { day, rye: 0, seed: 0, rolls: 0, before: null, ...part });
    };
  const change =
    (customer: string, part: Partial<{ day: string; rye: number; seed: number; rolls: number }>) => () => {
      const order = entryOf(orders, customer);
      orders.set(customer, {
        ...order,
        day: part.day ?? order.day,
        rye: order.rye + (part.rye ?? 0),
        seed: order.seed + (part.seed ?? 0),
        rolls: part.rolls ?? order.rolls,
      });
    };
  const noOrder = () => {};

  it("has the stated orders, then the stated plan", () => {
    const first = turnText("extraction", 1, 1);
    follow(first, [
      ["Oduya - 3 rye + 1 seed, Thu\n", place("Oduya", "Thu", { rye: 3, seed: 1 })],
      ["Bram (boatyard) 12 rolls, Fri\n", place("Bram", "Fri", { rolls: 12 })],
      [
        "Cafe Linnet: two dozen rolls, 4 rye. Thu, has to be there before 8 in the morning\n",
        place("Cafe Linnet", "Thu", { rolls: 24, rye: 4, before: "08:00" }),
      ],
      ["Oduya again, swap the seed for two more rye\n", change("Oduya", { seed: -1, rye: 2 })],
      ["Ines - half a dozen buns, no, rolls she says. Sat?? no: Fri\n", place("Ines", "Fri", { rolls: 6 })],
      ["Bram: make it 18 rolls, and one seed on top\n", change("Bram", { rolls: 18, seed: 1 })],
      ["Cafe Linnet - 1 rye less, rest stays\n", change("Cafe Linnet", { rye: -1 })],
      ["someone from the choir, maybe 10 seed, will ring again if it's a yes\n", noOrder],
      [
        "Ines: same again for her mother (Mrs Dahl), but on Thu\n",
        () => orders.set("Dahl", { ...entryOf(orders, "Ines"), day: "Thu" }),
      ],
    ]);
    const list = [...orders].map(([customer, order]) => ({ customer, ...order }));
    list.sort((a, b) => (a.customer < b.customer ? -1 : 1));
    expect(json(1, 1)).toEqual(list);
    follow(turnText("extraction", 1, 2), [
      ["Choir: it's a yes to the seed loaves, but only 8. Fri.", place("Choir", "Fri", { seed: 8 })],
      ["Oduya: everything a day later please.", change("Oduya", { day: "Fri" })],
    ]);
    const total = (day: string) => {
      const own = [...orders.values()].filter((order) => day === "total" || order.day === day);
      const sum = (key: "rye" | "seed" | "rolls") => own.reduce((all, order) => all + order[key], 0);
      return [day, sum("rye"), sum("seed"), sum("rolls"), own.length].join(",");
    };
    expect(block(1, 2, "csv")).toBe(
      ["day,rye,seed,rolls,orders", ...["Thu", "Fri", "total"].map(total)].join("\n"),
    );
  });
});

describe("assay-80 extraction 2: workshop", () => {
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  const state = { day: "", room: "", start: 0, length: 0 };
  const people = new Set(["Ruta", "Sol", "Ndidi"]);
  const declined: string[] = [];
  const brings = new Map<string, string>();
  const agreed = () => ({
    day: state.day,
    start: clock(state.start),
    end: clock(state.start + state.length),
    room: state.room,
    attendees: [...people].sort(),
    brings: Object.fromEntries([...brings].sort(([a], [b]) => (a < b ? -1 : 1))),
    declined,
  });

  it("has the stated agreement, then the stated changes", () => {
    follow(turnText("extraction", 2, 1), [
      [
        "on Wednesday, 14:00, room Alder, two hours",
        () => Object.assign(state, { day: "Wednesday", room: "Alder", start: 14 * 60, length: 120 }),
      ],
      [
        "I bring the test kit, Sol the projector, Ndidi the handouts",
        () => {
          brings.set("test kit", "Ruta").set("projector", "Sol").set("handouts", "Ndidi");
        },
      ],
      ["Thursday it is, in Birch", () => Object.assign(state, { day: "Thursday", room: "Birch" })],
      ["Start half an hour later", () => Object.assign(state, { start: state.start + 30 })],
      ["Still two hours", () => Object.assign(state, { length: 120 })],
      ["All right, handouts from me", () => brings.set("handouts", "Sol")],
      ["Then the projector is on me", () => brings.set("projector", "Ndidi")],
      ["Yorick is welcome. Pavel, are you in?", () => people.add("Yorick")],
      ["Pavel: No", () => declined.push("Pavel")],
    ]);
    const before = agreed();
    expect(yaml(2, 1)).toEqual(before);
    follow(turnText("extraction", 2, 2), [
      ["back to the original start time", () => Object.assign(state, { start: 14 * 60 })],
      [
        "Ndidi and Sol simply swap their two items",
        () => {
          const [projector, handouts] = [entryOf(brings, "projector"), entryOf(brings, "handouts")];
          brings.set("projector", handouts).set("handouts", projector);
        },
      ],
    ]);
    const end = state.start + state.length;
    const walk = {
      start: clock(end),
      end: clock(end + 30),
      participants: [...people].filter((name) => name !== "Yorick").sort(),
    };
    expect(yaml(2, 2)).toEqual({ ...agreed(), pump_hall: walk });
    const old = new Map<string, unknown>(Object.entries(before));
    const changed = Object.entries(agreed()).filter(
      ([key, value]) => JSON.stringify(old.get(key)) !== JSON.stringify(value),
    );
    expect(referenceText("extraction", 2, 2)).toContain(
      `\nChanged: ${changed.map(([key]) => key).join(", ")}`,
    );
    expect(Object.keys(JSON.parse(JSON.stringify(yaml(2, 2))))).toEqual([
      ...Object.keys(before),
      "pump_hall",
    ]);
  });
});

describe("assay-80 extraction 5: hire of a hall", () => {
  it("has the stated terms, then the stated bill", () => {
    const terms = { days: 0, fee: 0, free: [] as number[], heating: 0, lost: 0, keys: 0, sent: 0, paid: 0 };
    follow(turnText("extraction", 5, 1), [
      ["for 14 days", () => Object.assign(terms, { days: 14 })],
      [
        "90 crowns per day. The fifth and the tenth day are free",
        () => Object.assign(terms, { fee: 90, free: [5, 10] }),
      ],
      ["a deposit of twice the daily fee", () => {}],
      [
        "three keys. For every key that is not given back, 15 crowns",
        () => Object.assign(terms, { keys: 3, lost: 15 }),
      ],
      [
        "Heating up to 60 units is included. Every unit above costs half a crown",
        () => Object.assign(terms, { heating: 60 }),
      ],
      [
        "sends it within 5 days after the last day; the Hirer pays within 10 days",
        () => Object.assign(terms, { sent: 5, paid: 10 }),
      ],
      ["the Schedule prevails", () => {}],
      [
        "Daily fee: 84 crowns. (ii) Free days: the seventh only",
        () => Object.assign(terms, { fee: 84, free: [7] }),
      ],
      ["within 8 days", () => Object.assign(terms, { paid: 8 })],
    ]);
    expect(json(5, 1)).toEqual({
      owner: "Hollowmere Hall",
      hirer: "Tinder Theatre",
      days: terms.days,
      daily_fee: terms.fee,
      free_days: terms.free,
      fee_total: (terms.days - terms.free.length) * terms.fee,
      deposit: 2 * terms.fee,
      keys: terms.keys,
      lost_key: terms.lost,
      heating_included: terms.heating,
      heating_unit_price: 0.5,
      bill_sent_within_days: terms.sent,
      bill_paid_within_days: terms.paid,
    });
    follow(turnText("extraction", 5, 2), [
      ["extended by 6 days, charged at half the daily fee", () => {}],
      ["For each added day, 2 more units", () => Object.assign(terms, { heating: terms.heating + 2 * 6 })],
      ["second lost key and every further one, 20 crowns", () => {}],
      ["there clause 2 alone applies", () => Object.assign(terms, { free: [5, 10] })],
      ["two keys were missing and 88 units", () => {}],
    ]);
    const fee = (terms.days - terms.free.length) * terms.fee;
    const [extension, heating] = [(6 * terms.fee) / 2, (88 - terms.heating) * 0.5];
    const kept = 15 + 20;
    const amounts = [fee, extension, heating, fee + extension + heating, kept, 2 * terms.fee - kept];
    const lines = ["fee", "extension", "heating", "bill", "keys_kept", "deposit_returned"];
    const stated = block(5, 2, "csv")
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(0, 2).join());
    expect(stated).toEqual(lines.map((line, i) => `${line},${amounts[i]?.toFixed(2)}`));
  });
});

describe("assay-80 extraction 8: repair shed", () => {
  const tools = new Map([
    ["clamp", { owner: "club", holder: "Petra", condition: "ok" }],
    ["drill", { owner: "Goran", holder: "Goran", condition: "ok" }],
    ["mallet", { owner: "Goran", holder: "Petra", condition: "ok" }],
    ["plane", { owner: "Petra", holder: "Petra", condition: "ok" }],
  ]);
  const ledger: string[] = [];
  const set = (tool: string, part: { holder?: string; condition?: string }) => () => {
    tools.set(tool, { ...entryOf(tools, tool), ...part });
  };
  const own = (tool: string, owner: string, how: string) => () => {
    ledger.push([tool, entryOf(tools, tool).owner, owner, how].join(","));
    tools.set(tool, { ...entryOf(tools, tool), owner });
  };
  const all =
    (...steps: (() => void)[]) =>
    () => {
      for (const step of steps) step();
    };
  const list = () => [...tools].map(([tool, rest]) => ({ tool, ...rest }));

  it("has the stated evening, then the stated Friday", () => {
    follow(turnText("extraction", 8, 1), [
      ["her own plane, a mallet of Goran's and the clamp, which belongs to the club", () => {}],
      ["Goran had brought his drill", () => {}],
      ["Petra lent Goran the plane", set("plane", { holder: "Goran" })],
      [
        "Goran made Lio a present of the mallet, and Petra handed it over",
        all(own("mallet", "Lio", "gift"), set("mallet", { holder: "Lio" })),
      ],
      [
        "Lio lent him the mallet and got the drill to use",
        all(set("mallet", { holder: "Goran" }), set("drill", { holder: "Lio" })),
      ],
      ["Petra passed Lio the clamp", set("clamp", { holder: "Lio" })],
      [
        "Its screw snapped under his hands, and he put the pieces on the shelf",
        set("clamp", { holder: "shelf", condition: "broken" }),
      ],
      ["Goran chipped the blade of the plane", set("plane", { condition: "broken" })],
      ["it cut like before, and gave it back to her", set("plane", { condition: "ok", holder: "Petra" })],
      ["Petra bought the drill from Goran", own("drill", "Petra", "sale")],
      ["she let him have it until Friday", set("drill", { holder: "Lio" })],
    ]);
    expect(json(8, 1)).toEqual(list());
    follow(turnText("extraction", 8, 2), [
      [
        "Lio brought the drill back to the one it belonged to",
        set("drill", { holder: entryOf(tools, "drill").owner }),
      ],
      ["Lio told him to keep it for good", own("mallet", "Goran", "gift")],
      [
        "Petra took the pieces of the clamp home and mended it",
        set("clamp", { holder: "Petra", condition: "ok" }),
      ],
      ["in exchange for her plane", all(own("clamp", "Petra", "exchange"), own("plane", "club", "exchange"))],
      ["which she put on the shelf", set("plane", { holder: "shelf" })],
    ]);
    expect(block(8, 2, "csv")).toBe(["tool,from,to,how", ...ledger].join("\n"));
    expect(json(8, 2)).toEqual(list());
  });
});
