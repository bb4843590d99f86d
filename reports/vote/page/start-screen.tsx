import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { displayName } from "../../view/text.js";
import type { PageBallot } from "../ballot-data.js";

/** Somebody who has voted on this ballot in this browser. */
export interface KnownVoter {
  readonly name: string;
  readonly pairsDone: number;
  readonly pairs: number;
}

const LONGEST_NAME = 60;

/** What is asked, by whom, and what to press. */
export function StartScreen({
  ballot,
  known,
  onLoad,
  onStart,
}: {
  readonly ballot: PageBallot;
  readonly known: readonly KnownVoter[];
  /** Takes over a file of votes; what it says is for the voter. */
  readonly onLoad: (text: string) => string;
  readonly onStart: (voter: string) => void;
}): VNode {
  const [name, setName] = useState("");
  const [loaded, setLoaded] = useState("");
  const voter = name.trim().replace(/\s+/g, " ");
  const turns = ballot.items.reduce((sum, { turns }) => sum + turns.length, 0);
  return (
    <section class="card start">
      <div>
        <p class="eyebrow">{displayName(ballot.title)}</p>
        <h1>Which answer is better?</h1>
      </div>
      <p>
        You will see {ballot.items.length} pairs of answers
        {turns > ballot.items.length ? ", one turn of the conversation after the other" : ""}. Read both, then
        say which one you would rather have had. Go by what helps whoever asked: correct, complete, to the
        point. Neither length nor looks count by themselves.
      </p>
      <p>
        Which model wrote which answer is not shown, and which stands first is drawn by lot. Some pairs come
        twice. You may stop at any time and go on later; every vote counts.
      </p>
      {known.length === 0 ? null : (
        <div class="known">
          <h2>Go on as</h2>
          {known.map((one) => (
            <button type="button" key={one.name} class="primary" onClick={() => onStart(one.name)}>
              {displayName(one.name)}{" "}
              <span class="count">
                {one.pairsDone} of {one.pairs} done
              </span>
            </button>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (voter !== "") onStart(voter);
        }}
      >
        <label for="voter">
          {known.length === 0 ? "Your name or initials" : "Or begin as somebody else"}
        </label>
        <div class="field">
          <input
            id="voter"
            name="voter"
            type="text"
            autocomplete="off"
            spellcheck={false}
            maxLength={LONGEST_NAME}
            required
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="primary">
            Start
          </button>
        </div>
        <p class="quiet">It stands beside your votes, so that yours can be told from others'.</p>
      </form>
      {ballot.toServer ? null : (
        <div class="load">
          <label for="earlier">Voted in another browser? Load the file that you downloaded there</label>
          <input
            id="earlier"
            type="file"
            accept=".jsonl,application/x-ndjson"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file === undefined) return;
              void file.text().then(
                (text) => setLoaded(onLoad(text)),
                () => setLoaded("This file cannot be read."),
              );
            }}
          />
          <p class="quiet" role="status">
            {loaded}
          </p>
        </div>
      )}
    </section>
  );
}
