/** What a protocol id says: `PREFIX@JUDGE-MODEL~HASH`. */
export interface ProtocolParts {
  /** Name of the judge with its kind, such as `mt-bench-single`. */
  readonly prefix: string;
  /** As the id can hold it: characters outside of letters, digits, `.`, `_` and `-` are replaced. */
  readonly judgeModel: string;
}

/** Writes a protocol id. @param hash Of everything that decides a verdict; its first six digits are shown. */
export function protocolId(prefix: string, judgeModel: string, hash: string): string {
  return `${prefix}@${printableName(judgeModel)}~${hash.slice(0, 6)}`;
}

/** A name as a protocol id can hold it. */
export function printableName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 60);
}

/** Takes a protocol id apart; undefined for what {@link protocolId} did not write. */
export function protocolParts(id: string): ProtocolParts | undefined {
  const [, prefix, judgeModel] = /^(.+)@(.+)~[0-9a-f]{6}$/.exec(id) ?? [];
  return prefix === undefined || judgeModel === undefined ? undefined : { prefix, judgeModel };
}

/** The judge model that a protocol id names; the whole id where it is of another form. */
export function judgeModelOf(id: string): string {
  return protocolParts(id)?.judgeModel ?? id;
}

/** The judge that a protocol id names, without its kind; the whole id where it is of another form. */
export function judgeOf(id: string): string {
  return (protocolParts(id)?.prefix ?? id).replace(/-(single|pair)$/, "");
}
