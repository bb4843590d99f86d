// Reads a run's records: every answer that was cut off, and every verdict beside the answers that were shown. Needs no
// network: `node read-records.js runs/my-run`.
import { isRunFolder, readManifest, readRecords, readSuites } from "assay";

const [folder = ""] = process.argv.slice(2);
if (!isRunFolder(folder)) {
  console.error("usage: read-records RUN");
  process.exit(2);
}

const manifest = readManifest(folder);
console.log(`${manifest.status}: ${manifest.answers.completed} of ${manifest.answers.planned} answers`);

// The files hold every line that was ever appended; these are the records that count.
const { answers, judgments } = readRecords(folder);
for (const answer of answers) {
  if (answer.status === "failed")
    console.log(`failed: ${answer.model} ${answer.questionId}, ${answer.error.code}`);
  else if (answer.turns.some((turn) => turn.finishReason === "length"))
    console.log(`cut off: ${answer.model} ${answer.questionId}`);
}

const questions = new Map(
  readSuites(folder).flatMap((suite) =>
    suite.questions.map((one) => [`${suite.id}/${one.id}`, one] as const),
  ),
);
for (const judgment of judgments) {
  const { suite, questionId, turn, a, b } = judgment;
  const asked = questions.get(`${suite}/${questionId}`)?.turns[turn - 1] ?? "";
  const about = `${b === undefined ? a : `${a} against ${b}`} on "${asked.slice(0, 40)}"`;
  if (judgment.status !== "judged") {
    console.log(`${judgment.status}: ${about}`);
    continue;
  }
  const { verdict, replies } = judgment;
  const shown =
    verdict.kind === "rating"
      ? String(verdict.rating)
      : verdict.kind === "preference"
        ? verdict.winner
        : verdict.kind === "ranking"
          ? verdict.ranking.join(" > ")
          : verdict.reason;
  console.log(`${shown}: ${about}, said ${replies.at(-1)?.endpointModel ?? "the judge"}`);
}
