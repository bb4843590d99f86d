import type { VNode } from "preact";
import type {
  ContaminatedQuestion,
  ContaminationPassage,
  ContaminationScan,
} from "../../harness/core/contamination.js";
import { countOf } from "../../harness/core/count-of.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { ScrolledTable } from "../html/data-table.js";
import { Name, PageFrame, shown, Verdict } from "../site/page-parts.js";
import { formatMoment, NO_FIGURE } from "../view/format.js";
import { contaminationScoreRows, scoreNote } from "./score-rows.js";

function Scores({ scan }: { readonly scan: ContaminationScan }): VNode | null {
  if (scan.scores.length === 0) return null;
  return (
    <section class="card" aria-labelledby="scores">
      <h2 id="scores">Scores with and without the contaminated questions</h2>
      <ScrolledTable
        label="Scores with and without the contaminated questions"
        class=""
        rows={contaminationScoreRows(scan.scores)}
        columns={[
          {
            head: "Model",
            rowHead: (row) => (
              <>
                <Name name={row.model} />
                <p class="quiet place">
                  <Name name={row.suite} />, <Name name={row.protocol} />
                </p>
              </>
            ),
          },
          { head: "All questions", cell: (row) => row.all },
          { head: "Clean", cell: (row) => row.clean },
          { head: "Contaminated", cell: (row) => row.contaminated },
          { head: "Contaminated − clean", cell: (row) => row.difference },
        ]}
      />
      <p class="quiet">{scoreNote}</p>
    </section>
  );
}

function Passage({ passage }: { readonly passage: ContaminationPassage }): VNode {
  const { part, turn, file, row, field, offset, bytes, text, characters, words, jaccard } = passage;
  const how =
    characters > 0
      ? `${countOf(words, "word")} and ${countOf(characters, "letter and digit", "letters and digits")} in a row`
      : `near duplicate, Jaccard ${formatFixed(jaccard ?? 0, 2)}`;
  return (
    <li>
      <p>
        {part === "question" ? "Question" : "Reference answer"}, turn {turn}, in <Name name={file} />, row{" "}
        {row}
        {field === undefined ? "" : ", "}
        {field === undefined ? null : <Name name={field} />}, bytes {offset} to {offset + bytes}: {how}
      </p>
      {text === "" ? null : (
        <blockquote dir="auto">
          <p>{shown(text)}</p>
        </blockquote>
      )}
    </li>
  );
}

function shareOf({ parts }: ContaminatedQuestion, pick: "ngram13" | "ngram8"): string {
  const of = parts.reduce((sum, part) => sum + part[pick].of, 0);
  return of === 0 ? NO_FIGURE : `${parts.reduce((sum, part) => sum + part[pick].found, 0)} of ${of}`;
}

function Item({ item }: { readonly item: ContaminatedQuestion }): VNode {
  const longest = Math.max(0, ...item.parts.map((part) => part.longest));
  return (
    <article class="found">
      <h3>
        <Name name={item.id} /> <span class="quiet">{shown(item.category)}</span>
      </h3>
      <p>
        Found: {item.found === "both" ? "question and reference answer" : item.found}, by{" "}
        {item.methods.join(", ")}. 13-grams {shareOf(item, "ngram13")}, 8-grams {shareOf(item, "ngram8")},
        longest match {countOf(longest, "letter and digit", "letters and digits")}.
      </p>
      <ul>
        {item.passages.map((passage, index) => (
          <Passage key={index} passage={passage} />
        ))}
      </ul>
    </article>
  );
}

/** Body of the page of a scan; passages, names and paths are foreign text. */
export function ContaminationBody({
  scan,
  title,
}: {
  readonly scan: ContaminationScan;
  readonly title: string;
}): VNode {
  const found = scan.items.filter((item) => item.contaminated);
  const { corpus } = scan;
  return (
    <PageFrame to="findings">
      <h1>{shown(title)}</h1>
      <Verdict sentence={scan.sentence} warnings={scan.warnings} />
      <p class="quiet">
        {formatMoment(scan.at)}: {countOf(corpus.files, "file")}, {countOf(corpus.rows, "row")},{" "}
        {formatFixed(corpus.uncompressedBytes / 1e6, 1)} MB; {countOf(corpus.matchedRows, "row")} with a
        match.
      </p>
      <Scores scan={scan} />
      {found.length === 0 ? null : (
        <section class="card" aria-labelledby="found">
          <h2 id="found">What was found</h2>
          {found.map((item, index) => (
            <Item key={index} item={item} />
          ))}
        </section>
      )}
      <section class="card" aria-labelledby="rules">
        <h2 id="rules">How it was looked for</h2>
        <dl>
          {Object.entries(scan.rules).map(([method, rule]) => [
            <dt key={method}>{method}</dt>,
            <dd key={`${method} rule`}>{rule}</dd>,
          ])}
        </dl>
      </section>
    </PageFrame>
  );
}
