import type { VNode } from "preact";
import { displayName } from "../../view/text.js";
import { Name } from "../parts.js";

/** Toggles for the models that stand side by side. */
export function ModelPicker({
  models,
  chosen,
  onChange,
}: {
  readonly models: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (models: readonly string[]) => void;
}): VNode {
  return (
    <fieldset class="legend" aria-label="Models side by side">
      {models.map((model) => {
        const pressed = chosen.includes(model);
        return (
          <button
            key={model}
            type="button"
            class="chip"
            aria-pressed={pressed}
            title={displayName(model)}
            onClick={() => onChange(pressed ? chosen.filter((name) => name !== model) : [...chosen, model])}
          >
            <Name name={model} />
          </button>
        );
      })}
      {models.length > 2 ? (
        <button
          type="button"
          class="chip plain-chip"
          onClick={() => onChange(chosen.length === models.length ? models.slice(0, 2) : models)}
        >
          {chosen.length === models.length ? "First two" : "All"}
        </button>
      ) : null}
    </fieldset>
  );
}
