import { useEffect, useState } from "preact/hooks";

/** One side of two that are compared: a run, and a model by its number in it. */
export interface Side {
  readonly run: string;
  readonly model: number;
}

/** What the page shows, as it stands behind the # of its address. */
export type Place =
  | { readonly screen: "runs" }
  | { readonly screen: "run"; readonly run: string }
  | { readonly screen: "beside"; readonly left: Side; readonly right: Side };

const RUN = /^#run=([0-9a-f]{16})$/;
const BESIDE = /^#beside=([0-9a-f]{16})\.(\d{1,4})\.([0-9a-f]{16})\.(\d{1,4})$/;

function readPlace(hash: string): Place {
  const [, run] = RUN.exec(hash) ?? [];
  if (run !== undefined) return { screen: "run", run };
  const [, left, leftModel, right, rightModel] = BESIDE.exec(hash) ?? [];
  if (left === undefined || right === undefined) return { screen: "runs" };
  return {
    screen: "beside",
    left: { run: left, model: Number(leftModel) },
    right: { run: right, model: Number(rightModel) },
  };
}

/** The address of a place. */
export function linkTo(place: Place): string {
  if (place.screen === "run") return `#run=${place.run}`;
  if (place.screen === "runs") return "#runs";
  const { left, right } = place;
  return `#beside=${left.run}.${left.model}.${right.run}.${right.model}`;
}

/** The place that the address names, as it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => readPlace(window.location.hash));
  useEffect(() => {
    const follow = () => setPlace(readPlace(window.location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return place;
}
