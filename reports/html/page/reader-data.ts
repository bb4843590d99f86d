import { useEffect, useState } from "preact/hooks";
import type { ReadingQuestion } from "../../view/reading-records.js";
import type { ReadingIndex } from "../reading-index.js";
import { searchTexts } from "./text-search.js";
import { unpackChunk } from "./unpack.js";

const SEARCH_DELAY_MS = 180;

/** Places that a text search finds, null without a search, and whether it is still going on. */
export function useSearch(
  index: ReadingIndex,
  query: string,
): { found: ReadonlySet<number> | null; searching: boolean } {
  const [found, setFound] = useState<ReadonlySet<number> | null>(null);
  const [searching, setSearching] = useState(false);
  useEffect(() => {
    if (query.trim() === "") {
      setFound(null);
      setSearching(false);
      return undefined;
    }
    const stop = new AbortController();
    setSearching(true);
    const timer = window.setTimeout(() => {
      void searchTexts(index, query, stop.signal).then((places) => {
        if (stop.signal.aborted) return;
        setFound(places);
        setSearching(false);
      });
    }, SEARCH_DELAY_MS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [index, query]);
  return { found, searching };
}

/** The question at a place, null while its chunk is being unpacked. */
export function useQuestion(index: ReadingIndex, place: number): ReadingQuestion | null {
  const [question, setQuestion] = useState<{ place: number; value: ReadingQuestion } | null>(null);
  useEffect(() => {
    const entry = index.questions[place];
    let current = true;
    if (entry !== undefined) {
      void unpackChunk(entry.chunk).then((questions) => {
        const value = questions[entry.place];
        if (current && value !== undefined) setQuestion({ place, value });
      });
    }
    return () => {
      current = false;
    };
  }, [index, place]);
  return question?.place === place ? question.value : null;
}
