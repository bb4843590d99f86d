import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount } from "../../view/format.js";
import { formatLink } from "../deep-link.js";
import { Name } from "../parts.js";
import type { ReadingIndex } from "../reading-index.js";
import { QUESTION_FLAGS } from "../reading-index.js";

/** Height of one entry in pixels; the list draws only those in view. */
const ENTRY_HEIGHT = 66;
const EXTRA_ENTRIES = 6;
/** What marks an entry; judges and orders that disagree are common and have a filter of their own. */
const TROUBLE =
  QUESTION_FLAGS.unreadable |
  QUESTION_FLAGS.failedVerdict |
  QUESTION_FLAGS.failedAnswer |
  QUESTION_FLAGS.truncated |
  QUESTION_FLAGS.empty;

/** The questions that pass the filters; only those in view are drawn, so that thousands cost no more than twenty. */
export function QuestionList({
  index,
  places,
  current,
  onOpen,
}: {
  readonly index: ReadingIndex;
  readonly places: readonly number[];
  readonly current: number;
  readonly onOpen: (place: number) => void;
}): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const at = places.indexOf(current);
  useEffect(() => {
    const element = box.current;
    if (element === null || at === -1) return;
    const start = at * ENTRY_HEIGHT;
    if (start < element.scrollTop) element.scrollTop = start;
    else if (start + ENTRY_HEIGHT > element.scrollTop + element.clientHeight) {
      element.scrollTop = start + ENTRY_HEIGHT - element.clientHeight;
    }
  }, [at]);
  const first = Math.max(0, Math.floor(top / ENTRY_HEIGHT) - EXTRA_ENTRIES);
  const last = Math.min(places.length, Math.ceil((top + height) / ENTRY_HEIGHT) + EXTRA_ENTRIES);
  return (
    <section
      class="question-list"
      ref={box}
      aria-label={`Questions, ${formatCount(places.length)} of ${formatCount(index.questions.length)}`}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <ol
        style={{
          paddingTop: `${first * ENTRY_HEIGHT}px`,
          paddingBottom: `${(places.length - last) * ENTRY_HEIGHT}px`,
        }}
      >
        {places.slice(first, last).map((place, offset) => {
          const question = index.questions[place];
          if (question === undefined) return null;
          return (
            <li key={place} aria-setsize={places.length} aria-posinset={first + offset + 1}>
              <a
                href={formatLink({ question: question.id, models: [] })}
                aria-current={place === current ? "true" : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  onOpen(place);
                }}
              >
                <span class="entry-head">
                  <Name name={question.id} />
                  <span class="quiet">
                    <Name name={question.category} />
                  </span>
                  {(question.flags & TROUBLE) === 0 ? null : (
                    <span class="flag" title="Unreadable, missing, failed, cut off or empty">
                      <span aria-hidden="true">●</span>
                      <span class="unseen">something is missing or doubtful</span>
                    </span>
                  )}
                </span>
                <span class="entry-text" dir="auto">
                  {question.text}
                </span>
              </a>
            </li>
          );
        })}
      </ol>
      {places.length === 0 ? <p class="quiet empty">No question passes these filters.</p> : null}
    </section>
  );
}
