import type { VNode } from "preact";
import { formatCount } from "../../view/format.js";
import { displayName, shortName } from "../../view/text.js";
import type { ReadingIndex } from "../reading-index.js";
import type { ReaderFilter } from "./reader-filter.js";
import { isFiltering, NO_FILTER, SHOW_CHOICES, SORT_CHOICES } from "./reader-filter.js";

interface FiltersProps {
  readonly index: ReadingIndex;
  readonly filter: ReaderFilter;
  readonly shown: number;
  readonly searching: boolean;
  readonly onChange: (filter: ReaderFilter) => void;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

function Menu({
  label,
  value,
  options,
  onPick,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onPick: (value: string) => void;
}): VNode {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Kinds of trouble that at least one question has; the others would only ever show nothing. */
function showOptions(index: ReadingIndex): readonly Option[] {
  return SHOW_CHOICES.flatMap((choice) => {
    if (choice.flags === 0) return [choice];
    const count = index.questions.filter((question) => (question.flags & choice.flags) !== 0).length;
    return count === 0 ? [] : [{ value: choice.value, label: `${choice.label} (${formatCount(count)})` }];
  });
}

function ScoreRange({ index, filter, onChange }: FiltersProps): VNode {
  const rating = index.protocols[filter.protocol]?.kind === "rating";
  const [least, most] = rating ? [1, 10] : [0, 100];
  const field = (name: "from" | "to", label: string) => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        inputMode="decimal"
        min={least}
        max={most}
        step={rating ? 0.5 : 5}
        placeholder={String(name === "from" ? least : most)}
        value={filter[name]}
        onInput={(event) => onChange({ ...filter, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <fieldset class="range">
      <legend>{rating ? "Rating" : "Preference, %"}</legend>
      {field("from", "from")}
      {field("to", "to")}
    </fieldset>
  );
}

/** Search and filters over the questions. */
export function ReaderFilters(props: FiltersProps): VNode {
  const { index, filter, shown, searching, onChange } = props;
  const models = index.models.map((model) => ({ value: model, label: shortName(model, 40) }));
  const categories = index.categories.map((name) => ({ value: name, label: displayName(name) }));
  const protocols = index.protocols.map((entry, place) => ({
    value: String(place),
    label: shortName(entry.title, 60),
  }));
  return (
    <search aria-label="Answers">
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="search">
          <span class="unseen">Search questions, answers and verdicts</span>
          <input
            id="reader-search"
            type="search"
            placeholder="Search questions, answers, verdicts"
            autocomplete="off"
            value={filter.query}
            onInput={(event) => onChange({ ...filter, query: event.currentTarget.value })}
          />
        </label>
        <Menu
          label="Category"
          value={filter.category}
          options={[{ value: "", label: "All" }, ...categories]}
          onPick={(category) => onChange({ ...filter, category })}
        />
        <Menu
          label="Show"
          value={filter.show}
          options={showOptions(index)}
          onPick={(show) => onChange({ ...filter, show })}
        />
        <Menu
          label="Sort by"
          value={filter.sort}
          options={SORT_CHOICES}
          onPick={(sort) => onChange({ ...filter, sort })}
        />
        <Menu
          label="Model"
          value={filter.model}
          options={[{ value: "", label: "Any" }, ...models]}
          onPick={(model) => onChange({ ...filter, model })}
        />
        {index.protocols.length === 0 ? null : <ScoreRange {...props} />}
        {index.protocols.length < 2 ? null : (
          <Menu
            label="Scores of"
            value={String(filter.protocol)}
            options={protocols}
            onPick={(value) => onChange({ ...filter, protocol: Number(value), from: "", to: "" })}
          />
        )}
        <p class="shown" aria-live="polite">
          {searching ? "Searching…" : `${formatCount(shown)} of ${formatCount(index.questions.length)}`}{" "}
          {isFiltering(filter) ? (
            <button type="button" onClick={() => onChange({ ...NO_FILTER, protocol: filter.protocol })}>
              Clear
            </button>
          ) : null}
        </p>
      </form>
    </search>
  );
}
