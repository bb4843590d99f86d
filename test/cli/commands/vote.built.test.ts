import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import type { Ballot } from "../../../harness/core/ballot.js";
import type { Card } from "../../../harness/core/card.js";
import type { PageBallot } from "../../../reports/vote/ballot-data.js";
import { rowsFor, type Said, type Screen, screensOf, votesFile } from "../../../reports/vote/page/session.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

describe("assay vote", () => {
  const bench = useBench();
  beforeEach(() => makeRecordedRun(bench, "runs/one"));

  /** What a page holds. */
  function ballotOf(file: string): PageBallot {
    const html = readFileSync(join(bench.folder, file), "utf8");
    const [, base64 = ""] = /id="data-ballot">([^<]*)</.exec(html) ?? [];
    return JSON.parse(gunzipSync(Buffer.from(base64, "base64")).toString("utf8"));
  }

  function kept(run: string, id: string): Ballot {
    return JSON.parse(readFileSync(join(bench.folder, run, "votes", "ballots", `${id}.json`), "utf8"));
  }

  /** The file that a voter of a page sends, who says the same of every turn. */
  function fileOf(page: PageBallot, voter: string, say: (screen: Screen) => Said, ms = 30_000): string {
    let count = 0;
    const rows = screensOf(page, voter).flatMap((screen) =>
      screen.item.turns.flatMap((turn) =>
        rowsFor({ screen, turn }, say(screen), {
          ballot: page.id,
          voter,
          nowMs: Date.UTC(2026, 10, 28) + 1000 * count,
          ms,
          newId: () => `${voter}-${count++}`,
        }),
      ),
    );
    return bench.write(`votes-${voter}.jsonl`, votesFile(rows));
  }

  test("writes a page with pairs across the categories, and without a model's name or anything that leads to it", async () => {
    const { code, document } = await bench.json("vote", "runs/one", "--pairs", "8", "--seed", "7");
    expect(code).toBe(0);
    expect(document).toMatchObject({
      schema: "assay.vote-page/1",
      pairs: 8,
      population: 24,
      design: "uniform",
      seed: 7,
    });
    const page = ballotOf("runs/one/votes/vote.html");
    const ballot = kept("runs/one", page.id);
    expect(new Set(ballot.items.map(({ category }) => category)).size).toBe(8);
    expect(new Set(ballot.items.map(({ inclusionProbability }) => inclusionProbability))).toEqual(
      new Set([8 / 24]),
    );
    expect(new Set(ballot.items.map(({ models }) => models[0])).size).toBe(2);
    const secrets = ["sample-small", "sample-large", ...ballot.items.flatMap(({ answers }) => answers)];
    const html = readFileSync(join(bench.folder, "runs/one/votes/vote.html"), "utf8");
    const text = html + JSON.stringify(page);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    // The same request is the same ballot; another seed is another one.
    await bench.assay("vote", "runs/one", "--pairs", "8", "--seed", "7", "--out", "again.html");
    expect(ballotOf("again.html")).toEqual(page);
    await bench.assay("vote", "runs/one", "--pairs", "8", "--seed", "8", "--out", "other.html");
    expect(ballotOf("other.html").id).not.toBe(page.id);
  });

  test("gives the votes of a page back their questions and models, and takes a file once", async () => {
    await bench.assay("vote", "runs/one", "--pairs", "10", "--active");
    const page = ballotOf("runs/one/votes/vote.html");
    const ballot = kept("runs/one", page.id);
    // Whoever wrote the better answer, wherever it stood; one pair is skipped.
    const say = ({ item, slotSeed }: Screen): Said => {
      if (item.item === 3) return "skipped";
      const [even, odd] = ballot.items.find((one) => one.item === item.item)?.models ?? [];
      return (slotSeed % 2 === 1 ? odd : even) === "sample-large" ? "model_a" : "model_b";
    };
    const files = ["anna", "ben"].map((name) => fileOf(page, name, say));
    const first = await bench.json("vote", "import", "runs/one", ...files);
    expect(first.document).toMatchObject({
      schema: "assay.vote-import/1",
      imported: { known: 0, left: 0, voters: ["anna", "ben"] },
      status: {
        votes: 36,
        items: 18,
        weighted: true,
        stale: 0,
        agreement: { items: 18, same: { percent: 100 } },
      },
    });
    const rows = readFileSync(join(bench.folder, "runs/one/votes/anna.jsonl"), "utf8").trim().split("\n");
    const votes = rows.map((row) => JSON.parse(row)).filter(({ winner }) => winner !== undefined);
    for (const vote of votes) {
      const item = ballot.items.find(({ questionId }) => questionId === String(vote.question_id));
      expect(vote.inclusion_probability).toBe(item?.inclusionProbability);
      expect([vote.model_a, vote.model_b].sort()).toEqual(["sample-large", "sample-small"]);
      expect([...vote.answers].sort()).toEqual([...(item?.answers ?? [])].sort());
    }
    const again = await bench.json("vote", "import", "runs/one", ...files);
    expect(again.document).toMatchObject({ imported: { votes: 0, skips: 0 }, status: { votes: 36 } });
  });

  test("puts people's preference on a card, of the votes that a page brought back", async () => {
    await bench.assay("vote", "runs/one", "--pairs", "10");
    const page = ballotOf("runs/one/votes/vote.html");
    const ballot = kept("runs/one", page.id);
    const say = ({ item, slotSeed }: Screen): Said => {
      const [even, odd] = ballot.items.find((one) => one.item === item.item)?.models ?? [];
      return (slotSeed % 2 === 1 ? odd : even) === "sample-large" ? "model_a" : "model_b";
    };
    await bench.assay("vote", "import", "runs/one", fileOf(page, "anna", say));
    const card = (await bench.json("card", "runs/one")).document as Card;
    const people = card.changes.filter(({ area }) => area === "people");
    expect(people).toMatchObject([
      {
        metric: "people's preference",
        base: { model: "sample-small", value: 50 },
        candidate: { model: "sample-large" },
      },
    ]);
    expect(people[0]?.candidate?.value).toBeGreaterThan(75);
    expect(people[0]?.interval?.low).toBeGreaterThan(0);
  });

  test("exports votes as battle rows, and takes them and its own files back as what they are", async () => {
    const none = await bench.assay("export", "runs/one", "--format", "votes", "--out", "out");
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining("nothing that votes has files for"),
    ]);
    await bench.assay("vote", "runs/one", "--pairs", "10");
    const page = ballotOf("runs/one/votes/vote.html");
    const file = fileOf(page, "anna", ({ item }) => (item.item === 2 ? "skipped" : "tie (bothbad)"));
    await bench.assay("vote", "import", "runs/one", file);
    const { code, document } = await bench.json("export", "runs/one", "--format", "votes", "--out", "out");
    expect([code, document]).toMatchObject([
      0,
      {
        files: ["out/votes.jsonl"],
        warnings: [
          { code: "repeated-votes", message: expect.stringMatching(/^left out: \d repeats of votes$/) },
          { code: "skipped-votes" },
        ],
      },
    ]);
    const rows = readFileSync(join(bench.folder, "out/votes.jsonl"), "utf8").trim().split("\n");
    const battles = rows.map((row) => JSON.parse(row));
    expect(battles.length).toBe(18);
    expect(new Set(battles.map(({ winner, judge, anony }) => `${winner} ${judge} ${anony}`))).toEqual(
      new Set(["tie (bothbad) anna true"]),
    );
    expect(battles.map(({ tstamp }) => tstamp)).toEqual(
      battles.map(({ tstamp }) => tstamp).sort((x, y) => x - y),
    );
    await makeRecordedRun(bench, "runs/copy");
    cpSync(join(bench.folder, "runs/one/votes/ballots"), join(bench.folder, "runs/copy/votes/ballots"), {
      recursive: true,
    });
    const copied = await bench.json(
      "vote",
      "import",
      "runs/copy",
      "runs/one/votes/anna.jsonl",
      "out/votes.jsonl",
    );
    const own = await bench.json("vote", "status", "runs/one");
    const status = own.document as Record<string, unknown>;
    const { schema, run, ...figures } = status;
    expect(copied.document).toMatchObject({ imported: { known: 18 }, status: figures });
  });

  test("takes battle rows of others without judging slots that nobody drew, and says what --active goes by", async () => {
    const models = ["x", "y"].map((id) => ({ id, adapter: "replay", path: `${id}.jsonl` }));
    const ids = Array.from({ length: 20 }, (_, place) => `q${place}`);
    bench.write("own.jsonl", ids.map((id) => JSON.stringify({ id, category: "a", turns: [id] })).join("\n"));
    for (const { id } of models) {
      const answers = ids.map((one) =>
        JSON.stringify({ question_id: one, model_id: id, choices: [{ turns: [`${id} ${one}`] }] }),
      );
      bench.write(`${id}.jsonl`, answers.join("\n"));
    }
    bench.write("own.json", JSON.stringify({ suites: ["own.jsonl"], models, cache: false }));
    const made = await bench.assay("answer", "own.json", "--out", "runs/own", "--quiet");
    expect([made.code, made.stderr]).toEqual([0, ""]);
    const rows = ids.map((question_id) => ({
      question_id,
      model_a: "x",
      model_b: "y",
      winner: "model_a",
      judge: "expert_1",
    }));
    bench.write("battles.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    const { document } = await bench.json("vote", "import", "runs/own", "battles.jsonl");
    expect(document).toMatchObject({
      status: {
        votes: 20,
        weighted: false,
        voters: [{ firstSlot: { count: 20, of: 20 }, careless: [], medianMs: null }],
      },
    });
    const page = await bench.json("vote", "runs/own", "--pairs", "5", "--active");
    expect(page.document).toMatchObject({ design: "active", notes: [{ code: "nothing-to-go-by" }] });
  });

  test("refuses the votes of another run by name, and takes nothing of a file with a wrong line", async () => {
    mkdirSync(join(bench.folder, "runs/two"), { recursive: true });
    await makeRecordedRun(bench, "runs/two");
    await bench.assay("vote", "runs/two", "--pairs", "4", "--seed", "5");
    const file = fileOf(ballotOf("runs/two/votes/vote.html"), "anna", () => "tie");
    const { code, stderr } = await bench.assay("vote", "import", "runs/one", file);
    expect(code).toBe(2);
    expect(stderr).toMatch(/votes-anna\.jsonl:1: is a vote on .*runs\/two, not on runs\/one/);
    bench.write("empty.jsonl", "\n");
    const empty = await bench.assay("vote", "import", "runs/one", "empty.jsonl");
    expect(empty).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("empty.jsonl: the file is empty"),
    });
    const nowhere = await bench.assay("vote", "import", "runs/one", "nowhere.jsonl");
    expect(nowhere.stderr).toMatch(/nowhere\.jsonl: there is no such file\n {2}Check the path/);
    const none = await bench.assay("export", "runs/one", "--format", "votes", "--out", "x");
    expect(none.stderr).toContain("Let people vote on it");
    renameSync(join(bench.folder, "runs/two"), join(bench.folder, "elsewhere"));
    expect((await bench.assay("vote", "import", "runs/one", file)).stderr).toContain(
      "is a vote on another run",
    );
    const good = {
      question_id: "101",
      model_a: "sample-small",
      model_b: "sample-large",
      winner: "tie",
      judge: "x",
    };
    const questions = kept("elsewhere", ballotOf("elsewhere/votes/vote.html").id).items.map(
      (one) => one.questionId,
    );
    const row = { ...good, question_id: questions[0] };
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ ...row, question_id: "nope" }, /:2: runs\/one has no question "nope"/],
      [{ ...row, model_b: "gpt-4" }, /:2: "gpt-4" is no model of runs\/one/],
      [{ ...row, model_b: "sample-small" }, /:2: "model_a" and "model_b" are one model/],
      [{ ...row, turn: 3 }, /:2: "turn" is 3, and question .* has 2/],
      [{ ...row, winner: "C" }, /:2: "winner" is "C"/],
      [{ ...row, ballot: "0123456789abcdef" }, /:2: is a vote on another run/],
    ];
    for (const [line, message] of wrong) {
      bench.write("wrong.jsonl", `${JSON.stringify(row)}\n${JSON.stringify(line)}\n`);
      const refused = await bench.assay("vote", "import", "runs/one", "wrong.jsonl");
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    expect((await bench.assay("vote", "status", "runs/one")).stdout).toBe("no votes yet\n");
    bench.write("mixed.jsonl", `${JSON.stringify(row)}\n${JSON.stringify({ ...row, model_b: "gpt-4" })}\n`);
    const left = await bench.json("vote", "import", "runs/one", "mixed.jsonl", "--ignore-others");
    expect(left.document).toMatchObject({ imported: { votes: 1, left: 1 } });
  });

  test("flags one who clicks without reading, and drops none of the votes", async () => {
    await bench.assay("vote", "runs/one", "--pairs", "24", "--repeats", "0.5");
    const page = ballotOf("runs/one/votes/vote.html");
    const files = [fileOf(page, "clicker", () => "model_a", 400), fileOf(page, "tired", () => "tie", 60_000)];
    const { document } = await bench.json("vote", "import", "runs/one", ...files);
    expect(document).toMatchObject({
      status: {
        votes: 96,
        voters: [
          {
            voter: "clicker",
            votes: 48,
            selfConsistency: { count: 0, of: 24 },
            firstSlot: { count: 72, of: 72 },
            careless: [
              "chose slot A in 72 of 72 votes, whatever stood there",
              "voted the same way on 0 of 24 repeats",
              expect.stringMatching(/^went through \d+ characters a second$/),
            ],
          },
          {
            voter: "tired",
            careless: ["gave the same vote 72 times of 72"],
            medianMs: 60_000,
            votesPerHour: 60,
          },
        ],
      },
    });
    const { stdout } = await bench.assay("vote", "status", "runs/one");
    expect(stdout).toContain("check clicker chose slot A in 72 of 72 votes");
    expect(stdout).toContain("These votes count all the same");
  });

  test("does not count votes on answers that were replaced since", async () => {
    await bench.assay("vote", "runs/one", "--pairs", "6");
    const file = fileOf(ballotOf("runs/one/votes/vote.html"), "anna", () => "tie");
    await bench.assay("vote", "import", "runs/one", file);
    const answers = join(bench.folder, "runs/one/answers/sample-small.jsonl");
    const replaced = readFileSync(answers, "utf8").replace(/"taskId":"(\w+)"/g, '"taskId":"new-$1"');
    writeFileSync(answers, replaced);
    const { document } = await bench.json("vote", "status", "runs/one");
    expect(document).toMatchObject({ votes: 0, stale: 14 });
  });

  test.each([
    [["vote"], /needs <action>/],
    [["vote", "serve"], /assay vote serve needs a run folder/],
    [["vote", "nope"], /nope is not a run folder/],
    [["vote", "stat", "runs/one"], /action cannot be "stat"/],
    [["vote", "runs/one", "votes.jsonl"], /assay vote import runs\/one votes\.jsonl/],
    [["vote", "import", "runs/one"], /no file of votes is named/],
    [["vote", "runs/one", "--model", "sample-smal"], /no answers of "sample-smal"[\s\S]*sample-small/],
    [["vote", "runs/one", "--model", "sample-small", "--ignore-others"], /belongs to `assay vote import`/],
    [["vote", "runs/one", "--repeats", "0.9"], /--repeats/],
    [["vote", "status", "runs/one", "--pairs", "5"], /--pairs does nothing in `assay vote status`/],
    [["vote", "serve", "runs/one", "--out", "x.html"], /--out does nothing in `assay vote serve`/],
  ])("says what is wrong with %j", async (words, message) => {
    const { code, stderr } = await bench.assay(...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  /** Both turns of the answers of both models to every question, one point below what was asked for. */
  function ratingRows(): {
    voter: string;
    question_id: string;
    turn: number;
    model: string;
    rating: number;
  }[] {
    const suite = JSON.parse(readFileSync(join(bench.folder, "runs/one/suites/quickstart.json"), "utf8"));
    return (suite.questions as { id: string; turns: string[] }[]).flatMap(({ id, turns }, at) =>
      turns.flatMap((_, turn) =>
        ["sample-small", "sample-large"].map((model) => ({
          voter: at % 2 === 0 ? "anna" : "ben",
          question_id: id,
          turn: turn + 1,
          model,
          rating: 4 + ((at + turn) % 3) + (model === "sample-large" ? 0.5 : 0),
        })),
      ),
    );
  }

  const csv = (all: readonly object[]) =>
    [Object.keys(all[0] ?? {}).join(","), ...all.map((row) => Object.values(row).join(","))].join("\n");

  test("takes ratings of single answers once, from CSV as from JSONL, which correct scores and differences", async () => {
    const all = ratingRows();
    bench.write("ratings.csv", csv(all));
    bench.write("ratings.jsonl", all.map((row) => JSON.stringify(row)).join("\n"));
    const first = await bench.json("vote", "import", "runs/one", "ratings.csv");
    expect(first.document).toMatchObject({
      imported: { votes: 0, ratings: all.length, known: 0, voters: ["anna", "ben"] },
      status: { votes: 0, ratings: { ratings: all.length, answers: all.length, raters: 2 } },
    });
    const again = await bench.json("vote", "import", "runs/one", "ratings.jsonl");
    expect(again.document).toMatchObject({ imported: { ratings: 0, known: all.length } });
    const scored = await bench.json("score", "runs/one");
    const [board] = (scored.document as { boards: { metric: string; models: object[] }[] }).boards;
    expect(board).toMatchObject({ metric: "rating", people: { ratings: { ratings: all.length } } });
    expect(board?.models).toEqual([
      expect.objectContaining({ model: "sample-large", corrected: expect.objectContaining({ voters: 2 }) }),
      expect.objectContaining({ model: "sample-small", corrected: expect.objectContaining({ voters: 2 }) }),
    ]);
    const compared = await bench.json(
      ...["compare", "runs/one#sample-small", "runs/one#sample-large", "--corrected"],
      ...["--votes", "ratings.jsonl"],
    );
    const single = (compared.document as { comparisons?: object[] }).comparisons?.[0] ?? compared.document;
    expect(single).toMatchObject({ metric: "score", decidedBy: "corrected", corrected: { estimate: 0.5 } });
  });

  test("refuses ratings that no board can take, with file and line", async () => {
    const [row] = ratingRows();
    if (row === undefined) throw new Error("no question");
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ ...row, rating: 11 }, /wrong\.jsonl:2: "rating" is 11, and the judge's scale is 1 to 10/],
      [{ ...row, question_id: "nope" }, /:2: runs\/one has no question "nope"/],
      [{ ...row, model: "gpt-4" }, /:2: "gpt-4" is no model of runs\/one/],
      [{ ...row, turn: 3 }, /:2: "turn" is 3/],
      [{ voter: "anna", question_id: row.question_id }, /:2: is neither a vote nor a rating/],
    ];
    for (const [line, message] of wrong) {
      bench.write("wrong.jsonl", `${JSON.stringify(row)}\n${JSON.stringify(line)}\n`);
      const refused = await bench.assay("vote", "import", "runs/one", "wrong.jsonl");
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    bench.write("wrong.jsonl", `${JSON.stringify(row)}\n${JSON.stringify({ ...row, rating: 0 })}\n`);
    const scored = await bench.assay("score", "runs/one", "--votes", "wrong.jsonl");
    expect([scored.code, scored.stderr]).toEqual([
      2,
      expect.stringContaining('wrong.jsonl:2: "rating" is 0'),
    ]);
  });
});
