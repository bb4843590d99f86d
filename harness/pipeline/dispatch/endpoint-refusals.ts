import type { EndpointError } from "../../core/errors.js";

/** Refusals in a row, without an answer between them, after which the rest is not asked for. */
const REFUSALS_BEFORE_STOP = 3;

/**
 * Models whose endpoint refuses whatever it is asked: a wrong key, an unknown model, an empty account. Asking on would
 * cost one refused call for every question, and what is not asked for stays open for the same command.
 */
export class EndpointRefusals {
  private readonly inRow = new Map<string, number>();

  /** @param limit Refusals in a row that end the asking; infinite where whoever asked decides. */
  constructor(private readonly limit = REFUSALS_BEFORE_STOP) {}

  /** Whether a model is asked no more. */
  hasStopped(model: string): boolean {
    return (this.inRow.get(model) ?? 0) >= this.limit;
  }

  /** Notes an answer, or an error that blames the request alone. */
  answered(model: string): void {
    if (!this.hasStopped(model)) this.inRow.delete(model);
  }

  /** Notes a final failure. @returns Whether this one ends the asking. */
  failed(model: string, error: EndpointError): boolean {
    if (error.retryable || this.hasStopped(model)) return false;
    if (!error.concernsEndpoint) {
      this.answered(model);
      return false;
    }
    this.inRow.set(model, (this.inRow.get(model) ?? 0) + 1);
    return this.hasStopped(model);
  }
}
