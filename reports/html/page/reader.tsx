import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Name } from "../parts.js";
import type { ReadingIndex } from "../reading-index.js";
import { announce, copyText } from "./announce.js";
import { onCommand } from "./keyboard.js";
import { ModelPicker } from "./model-picker.js";
import { QuestionList } from "./question-list.js";
import { QuestionView } from "./question-view.js";
import { useQuestion, useSearch } from "./reader-data.js";
import type { ReaderFilter } from "./reader-filter.js";
import { filterQuestions, NO_FILTER } from "./reader-filter.js";
import { ReaderFilters } from "./reader-filters.js";
import type { Place } from "./reader-place.js";
import { findQuestion, keepInAddress, linkTo } from "./reader-place.js";

/** More models than this do not stand side by side unless asked for. */
const FIRST_MODELS = 4;

interface ReaderProps {
  readonly index: ReadingIndex;
  /** Models that a comparison speaks of; they stand side by side at first. */
  readonly compared: readonly string[];
}

function firstModels({ index, compared }: ReaderProps): readonly string[] {
  const known = compared.filter((model) => index.models.includes(model));
  return known.length > 1 ? known : index.models.slice(0, FIRST_MODELS);
}

/** The reader of answers: filters, the list of questions, and one question with its answers side by side. */
export function Reader(props: ReaderProps): VNode {
  const { index } = props;
  const [filter, setFilter] = useState<ReaderFilter>(NO_FILTER);
  const [written, setWritten] = useState(false);
  const [place, setPlace] = useState<Place>(() => ({
    question: 0,
    models: firstModels(props),
    difference: false,
    opened: false,
    ...findQuestion(index, window.location.hash),
  }));
  // Keys can come faster than renders; each must start from where the one before led.
  const latest = useRef(place);
  const heading = useRef<HTMLHeadingElement>(null);
  const { found, searching } = useSearch(index, filter.query);
  const pair = useMemo((): readonly [number, number] | null => {
    const [first, second] = place.models.map((model) => index.models.indexOf(model));
    return first === undefined || second === undefined ? null : [first, second];
  }, [index, place.models]);
  const places = useMemo(() => filterQuestions(index, filter, found, pair), [index, filter, found, pair]);
  const question = useQuestion(index, place.question);
  const entry = index.questions[place.question];

  const show = (change: Partial<Place>, focus: boolean) => {
    const next = { ...latest.current, ...change };
    latest.current = next;
    setPlace(next);
    keepInAddress(linkTo(index, next));
    if (focus) window.requestAnimationFrame(() => heading.current?.focus({ preventScroll: true }));
    const panel = heading.current?.closest(".question");
    if (focus && panel != null && panel.getBoundingClientRect().top < 0) panel.scrollIntoView();
  };
  const open = (target: number) => show({ question: target, opened: true }, true);
  const step = (by: number) => {
    const at = places.indexOf(latest.current.question);
    const target = places[at === -1 ? 0 : at + by];
    if (target === undefined) announce(by > 0 ? "This is the last question" : "This is the first question");
    else open(target);
  };

  useEffect(() => {
    const stopKeys = onCommand((command) => {
      if (command === "next" || command === "previous") {
        step(command === "next" ? 1 : -1);
        document.getElementById("answers")?.scrollIntoView({ block: "nearest" });
      }
      if (command === "difference") show({ difference: !latest.current.difference }, false);
    });
    const follow = () => {
      const linked = findQuestion(index, window.location.hash);
      if (linked === null) return;
      latest.current = { ...latest.current, ...linked };
      setPlace(latest.current);
      document.getElementById("answers")?.scrollIntoView();
    };
    window.addEventListener("hashchange", follow);
    return () => {
      stopKeys();
      window.removeEventListener("hashchange", follow);
    };
  });

  const at = places.indexOf(place.question);
  return (
    <div class={place.opened ? "reader reader-opened" : "reader"}>
      <div class="reader-side">
        <ReaderFilters
          index={index}
          filter={filter}
          shown={places.length}
          searching={searching}
          onChange={setFilter}
        />
        <QuestionList index={index} places={places} current={place.question} onOpen={open} />
      </div>
      <article class="question" aria-labelledby="question-title">
        <header class="question-head">
          <button type="button" class="back" onClick={() => show({ opened: false }, false)}>
            ← All questions
          </button>
          <h3 id="question-title" tabIndex={-1} ref={heading}>
            Question <Name name={entry?.id ?? ""} />
            <span class="quiet">
              {" "}
              <Name name={entry?.category ?? ""} />
            </span>
          </h3>
          <div class="question-tools">
            <button type="button" aria-keyshortcuts="k" disabled={at === 0} onClick={() => step(-1)}>
              Previous
            </button>
            <button
              type="button"
              aria-keyshortcuts="j"
              disabled={at === places.length - 1}
              onClick={() => step(1)}
            >
              Next
            </button>
            <button
              type="button"
              aria-pressed={place.difference}
              disabled={index.models.length < 2}
              onClick={() => show({ difference: !latest.current.difference }, false)}
            >
              Word difference
            </button>
            <button type="button" aria-pressed={written} onClick={() => setWritten(!written)}>
              As written
            </button>
            <button
              type="button"
              onClick={() => {
                const address = new URL(linkTo(index, place), window.location.href).href;
                void copyText(address, "Link copied");
              }}
            >
              Copy link
            </button>
          </div>
        </header>
        <ModelPicker
          models={index.models}
          chosen={place.models}
          onChange={(models) => show({ models }, false)}
        />
        {question === null ? (
          <p class="quiet" aria-busy="true">
            Unpacking…
          </p>
        ) : (
          <QuestionView
            key={place.question}
            question={question}
            models={place.models}
            difference={place.difference}
            written={written}
          />
        )}
      </article>
    </div>
  );
}
