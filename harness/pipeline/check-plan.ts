import { ConfigError } from "../core/errors.js";
import type { Model, Protocol, Suite } from "../core/records.js";
import { fileNameFor } from "../core/text.js";

/** What a plan asks of a judge, as far as names go. */
interface Judged {
  readonly protocol: Protocol;
  readonly suite: Pick<Suite, "id">;
  readonly replacement?: { readonly protocol: string; readonly model: Pick<Model, "id"> };
}

/** Suites of one id would share their places in the run folder: each would be asked, and one of them counted. */
function checkSuites(suites: readonly Pick<Suite, "id">[]): void {
  const ids = new Set<string>();
  for (const { id } of suites) {
    if (ids.has(id)) {
      throw new ConfigError(`two suites are called "${id}"`, {
        code: "duplicate-suite",
        remedy: "Name each suite once; a file of questions is called after its `id:`, else after its name.",
      });
    }
    ids.add(id);
  }
}

function checkIds(models: readonly Pick<Model, "id">[]): void {
  const seen = new Map<string, string>();
  for (const { id } of models) {
    const key = fileNameFor(id).toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw new ConfigError(
        other === id ? `two models are called "${id}"` : `models "${other}" and "${id}" differ in case alone`,
        {
          code: "duplicate-model",
          remedy: "Give each a display id of its own: --model ID=NAME, or `id:` in the config file.",
        },
      );
    }
    seen.set(key, id);
  }
}

/** Verdicts of one protocol are asked for once, so two suites or judges must not come to the same. */
function checkDistinct(protocols: readonly Judged[]): void {
  const seen = new Map<string, Judged>();
  for (const planned of protocols) {
    const { id } = planned.protocol;
    const other = seen.get(id);
    seen.set(id, planned);
    if (other === undefined) continue;
    const [one, two] = [other.suite.id, planned.suite.id];
    throw new ConfigError(
      one === two
        ? `suite ${one} would be judged twice by the same judge (${id})`
        : `suites ${one} and ${two} hold the same questions and would be judged alike (${id})`,
      { code: "duplicate-protocol", remedy: "Leave one of the two out, or give them different baselines." },
    );
  }
}

/** A judge that stood in for another beside its own verdict would count twice. */
function checkReplacements(protocols: readonly Judged[]): void {
  const ids = new Set(protocols.map(({ protocol }) => protocol.id));
  const double = protocols.find(({ replacement }) => replacement && ids.has(replacement.protocol));
  if (double?.replacement === undefined) return;
  const { protocol, replacement } = double;
  throw new ConfigError(
    `${replacement.model.id} is to replace ${protocol.judgeModel} and is a judge of this run itself`,
    {
      code: "replacement-is-judge",
      remedy: "Name another model under `replacement:`: a judge of the jury would count twice.",
    },
  );
}

/**
 * Refuses suites and models whose records would share their places.
 * @throws ConfigError `duplicate-suite`, `duplicate-model`.
 */
export function checkNames(suites: readonly Pick<Suite, "id">[], models: readonly Pick<Model, "id">[]): void {
  checkSuites(suites);
  checkIds(models);
}

/**
 * Refuses judges that would be asked for the same verdicts, or count twice in a jury.
 * @throws ConfigError `duplicate-protocol`, `replacement-is-judge`.
 */
export function checkProtocols(protocols: readonly Judged[]): void {
  checkDistinct(protocols);
  checkReplacements(protocols);
}
