import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { BlindRow } from "../../../harness/core/ballot.js";
import { announce } from "../../html/page/announce.js";
import { openHelp, type Shortcuts } from "../../html/page/help-dialog.js";
import { listenToKeys } from "../../html/page/keyboard.js";
import { saveFile } from "../../html/page/save-file.js";
import { nextTheme } from "../../html/page/theme.js";
import type { PageBallot } from "../ballot-data.js";
import { EndScreen } from "./end-screen.js";
import { loadedVotes } from "./loaded-votes.js";
import { PairView } from "./pair-view.js";
import { ReadingTime } from "./reading-time.js";
import { isAtRisk, type Saving, SavingProblem, SavingWord } from "./saving-state.js";
import {
  lastSaid,
  type Place,
  placeOf,
  rowsFor,
  type Said,
  type Screen,
  screensOf,
  votesFile,
  withdrawalOf,
} from "./session.js";
import { type KnownVoter, StartScreen } from "./start-screen.js";
import { CHOICES, VoteBar } from "./vote-bar.js";
import { VoteSender } from "./vote-sender.js";
import type { VoteStorage } from "./vote-storage.js";

/** Nobody reads two answers in this time: a key that comes sooner was meant for the pair before. */
const LEAST_READING_MS = 300;

type Command = Said | "undo" | "pause" | "written" | "help";

const KEYS: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(CHOICES.map(({ key, said }) => [key, said])),
  a: "model_a",
  b: "model_b",
  t: "tie",
  x: "tie (bothbad)",
  s: "skipped",
  u: "undo",
  p: "pause",
  w: "written",
  "?": "help",
};

const SHORTCUTS: Shortcuts = [
  ["1 a", "A is better"],
  ["2 b", "B is better"],
  ["3 t", "Tie: equally good"],
  ["4 x", "Both bad: neither will do"],
  ["5 s", "Skip: I cannot decide this one"],
  ["u", "Undo the last vote"],
  ["p", "Pause, and go on"],
  ["w", "Formatted, or as it was written"],
  ["?", "This list"],
];

/** Ids without `crypto.randomUUID`, which pages on plain HTTP do not have. */
function newId(): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** How long the rest will take, once a few votes tell. */
function timeLeft({ said, pairs, pairsDone, current }: Place): string {
  const times = said.filter(({ winner }) => winner !== "skipped").map(({ ms }) => ms);
  if (times.length < 4 || current === undefined) return "";
  const ms = median(times) * (pairs - pairsDone) * current.screen.item.turns.length;
  return ` · about ${Math.max(1, Math.round(ms / 60_000))} min left`;
}

function Head({
  place,
  saving,
  written,
  isPaused,
  obey,
}: {
  readonly place: Place;
  readonly saving: Saving;
  readonly written: boolean;
  readonly isPaused: boolean;
  readonly obey: (command: Command) => boolean;
}): VNode {
  const title = `Pair ${Math.min(place.pairs, place.pairsDone + 1)} of ${place.pairs}`;
  const isReading = place.current !== undefined && !isPaused;
  return (
    <header class="top">
      <div class="progress">
        <progress max={place.pairs} value={place.pairsDone} aria-label="Pairs done" />
        <div>
          {isReading ? <h1>{title}</h1> : <span>{title}</span>}
          <span class="quiet">{timeLeft(place)}</span>
        </div>
      </div>
      <SavingWord saving={saving} votes={place.said.length} />
      <div class="top-tools">
        {place.current === undefined ? null : (
          <>
            <button type="button" class="wide" aria-pressed={written} onClick={() => obey("written")}>
              As written
            </button>
            <button type="button" class="wide" aria-pressed={isPaused} onClick={() => obey("pause")}>
              {isPaused ? "Go on" : "Pause"}
            </button>
          </>
        )}
        <button type="button" data-action="theme" aria-label="Colours: as the system" onClick={nextTheme}>
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
            <circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5" />
            <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" fill="currentColor" />
          </svg>
        </button>
        <button type="button" aria-label="Keyboard shortcuts" onClick={() => obey("help")}>
          ?
        </button>
      </div>
    </header>
  );
}

/** Brings the turn that is asked about to the top, and says to screen readers where they are. */
function showStep(turn: number, isFirst: boolean): void {
  const section = document.querySelector<HTMLElement>(`.pair:not([hidden]) [data-turn="${turn}"]`);
  if (isFirst) window.scrollTo({ top: 0, behavior: "instant" });
  else section?.scrollIntoView({ behavior: "instant", block: "start" });
  section?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
}

/** Rows of a voter with what keeps them: browser, and server where there is one. */
function useRows(ballot: PageBallot, storage: VoteStorage) {
  const [rows, setRows] = useState<readonly BlindRow[]>(storage.rows);
  const [saving, setSaving] = useState<Saving>({ writing: 0, refused: false, sending: undefined });
  const sender = useMemo(
    () =>
      ballot.toServer
        ? new VoteSender((sending) => setSaving((before) => ({ ...before, sending })))
        : undefined,
    [],
  );
  useEffect(() => {
    // What an earlier page could not send any more; the server knows what it has.
    if (storage.rows.length > 0) sender?.add(storage.rows);
    storage.onOther((row) => setRows((before) => [...before, row]));
  }, []);
  const add = (added: readonly BlindRow[]) => {
    setRows((before) => [...before, ...added]);
    setSaving((before) => ({ ...before, writing: before.writing + added.length }));
    for (const row of added) {
      void storage.keep(row).then((isKept) =>
        setSaving((before) => ({
          ...before,
          writing: before.writing - 1,
          refused: before.refused || !isKept,
        })),
      );
    }
    sender?.add(added);
  };
  return { rows, saving, add };
}

/** Makes the next pair ready once the current one is on the screen. */
function usePrepared(current: Screen | undefined, next: Screen | undefined): Screen | undefined {
  const [prepared, setPrepared] = useState<string | undefined>(undefined);
  useEffect(() => {
    // While the current pair is read: whoever just voted waits for nothing but that one.
    const timer = window.setTimeout(() => setPrepared(next?.key), LEAST_READING_MS);
    return () => window.clearTimeout(timer);
  }, [current?.key, next?.key]);
  return next !== undefined && prepared === next.key ? next : undefined;
}

/** Whether the least reading time of a step is over. */
function useReadingGuard(screen: string | undefined, turn: number | undefined): boolean {
  const step = `${screen}/${turn}`;
  const [opened, setOpened] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => setOpened(step), LEAST_READING_MS);
    return () => {
      window.clearTimeout(timer);
      setOpened("");
    };
  }, [step]);
  return opened === step;
}

function Voting({
  ballot,
  voter,
  rows,
  saving,
  add,
}: {
  readonly ballot: PageBallot;
  readonly voter: string;
  readonly rows: readonly BlindRow[];
  readonly saving: Saving;
  readonly add: (rows: readonly BlindRow[]) => void;
}): VNode {
  const screens = useMemo(() => screensOf(ballot, voter), [ballot, voter]);
  const place = useMemo(
    () =>
      placeOf(
        screens,
        rows.filter(({ judge }) => judge === voter),
      ),
    [screens, rows, voter],
  );
  const [isPaused, setPaused] = useState(false);
  const [written, setWritten] = useState(false);
  const time = useRef(new ReadingTime(() => performance.now())).current;
  const { current, next, said } = place;
  const prepared = usePrepared(current?.screen, next);

  useLayoutEffect(() => {
    if (current === undefined) {
      document.querySelector<HTMLElement>(".end")?.focus();
      return;
    }
    showStep(current.turn, current.turn === current.screen.item.turns[0]);
    time.start();
  }, [current?.screen.key, current?.turn]);

  useEffect(() => {
    const look = () => time.pause(isPaused || document.visibilityState === "hidden");
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [isPaused]);

  const download = () => {
    const name = voter.replace(/[^\p{L}\p{N}-]+/gu, "_").slice(0, 40);
    saveFile(`votes-${name}-${ballot.id.slice(0, 6)}.jsonl`, "application/x-ndjson", votesFile(said));
  };

  const obey = (command: Command): boolean => {
    if (command === "help") openHelp(SHORTCUTS);
    else if (command === "written") setWritten(!written);
    else if (command === "pause") {
      if (current === undefined) return false;
      setPaused(!isPaused);
    } else if (command === "undo") {
      const taken = lastSaid(said);
      if (taken.length === 0 || isPaused) return false;
      add(taken.map((row) => withdrawalOf(row, Date.now())));
      announce("Taken back");
    } else {
      if (current === undefined || isPaused || time.elapsed() < LEAST_READING_MS) return false;
      add(
        rowsFor(current, command, { ballot: ballot.id, voter, nowMs: Date.now(), ms: time.elapsed(), newId }),
      );
    }
    return true;
  };
  const latest = useRef(obey);
  latest.current = obey;
  useEffect(() => listenToKeys(KEYS, (command) => latest.current(command)), []);

  const risky = isAtRisk(saving) && said.length > 0;
  useEffect(() => {
    if (!risky) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [risky]);

  const isReading = current !== undefined && !isPaused;
  const isOpen = useReadingGuard(current?.screen.key, current?.turn);
  return (
    <>
      <Head place={place} saving={saving} written={written} isPaused={isPaused} obey={obey} />
      <main data-open={isReading && isOpen}>
        <SavingProblem saving={saving} onDownload={download} />
        {isReading ? null : (
          <EndScreen
            place={place}
            isEnd={current === undefined}
            sending={saving.sending ?? (ballot.toServer ? { waiting: 0, problem: undefined } : undefined)}
            onDownload={download}
            onBack={() => obey(current === undefined ? "undo" : "pause")}
          />
        )}
        {[current?.screen, prepared].map((screen) =>
          screen === undefined ? null : (
            <PairView
              key={screen.key}
              screen={screen}
              turn={screen.key === current?.screen.key ? current.turn : (screen.item.turns[0] ?? 1)}
              written={written}
              shown={isReading && screen.key === current?.screen.key}
            />
          ),
        )}
      </main>
      {isReading ? (
        <VoteBar step={current} canUndo={said.length > 0} onSay={obey} onUndo={() => obey("undo")} />
      ) : null}
    </>
  );
}

/** Voters of this ballot that this browser remembers. */
function knownVoters(ballot: PageBallot, rows: readonly BlindRow[]): KnownVoter[] {
  return [...new Set(rows.map(({ judge }) => judge))].map((name) => {
    const own = rows.filter(({ judge }) => judge === name);
    const { pairs, pairsDone } = placeOf(screensOf(ballot, name), own);
    return { name, pairs, pairsDone };
  });
}

/** The whole page. */
export function App({
  ballot,
  storage,
}: {
  readonly ballot: PageBallot;
  readonly storage: VoteStorage;
}): VNode {
  const [voter, setVoter] = useState<string | undefined>(undefined);
  const { rows, saving, add } = useRows(ballot, storage);
  if (voter !== undefined) {
    return <Voting ballot={ballot} voter={voter} rows={rows} saving={saving} add={add} />;
  }
  const load = (text: string): string => {
    const loaded = loadedVotes(text, ballot, rows);
    if (loaded.rows.length > 0) add(loaded.rows);
    return loaded.message;
  };
  return (
    <main>
      <StartScreen ballot={ballot} known={knownVoters(ballot, rows)} onLoad={load} onStart={setVoter} />
    </main>
  );
}
