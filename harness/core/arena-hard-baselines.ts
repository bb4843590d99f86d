/** Models that Arena-Hard's authors compare with. */
export const ARENA_HARD_BASELINES = {
  "v0.1": "gpt-4-0314",
  hard: "o3-mini-2025-01-31",
  creative: "gemini-2.0-flash-001",
} as const;

/** The authors' baseline of one of Arena-Hard's suites, by its id. */
export function authorsBaseline(suite: string): string {
  if (!suite.startsWith("arena-hard-v2")) return ARENA_HARD_BASELINES["v0.1"];
  return suite.endsWith("creative") ? ARENA_HARD_BASELINES.creative : ARENA_HARD_BASELINES.hard;
}
