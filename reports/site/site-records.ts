import { z } from "zod";

const figure = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number().nullable(),
});

const row = z.object({
  model: z.string(),
  published: z.boolean(),
  figure,
  second: figure.nullable(),
  questions: z.number().nullable(),
  doubts: z.string(),
  categories: z.array(z.object({ name: z.string(), figure })),
});

const board = z.object({
  suite: z.string(),
  title: z.string(),
  mode: z.string(),
  metric: z.enum(["rating", "win-rate", "preference", "outcomes"]),
  /** Set where the figures are shares of right answers. */
  figure: z.literal("accuracy").optional(),
  judge: z.string(),
  protocol: z.string(),
  baseline: z.string().nullable(),
  /** What is known of the judge; runs of version 0.1.0 lack it. */
  judgeQuality: z.string().nullable().optional(),
  headlineLabel: z.string(),
  secondLabel: z.string().nullable(),
  partLabel: z.string(),
  rows: z.array(row),
});

/** What a site keeps of one run, as it stands in `runs/RUN/summary.json` and in `site.json`. */
export const siteRunSchema = z.object({
  schema: z.literal("assay.site-run/1"),
  id: z.string().min(1),
  label: z.string(),
  at: z.string(),
  title: z.string(),
  version: z.string(),
  notices: z.array(z.string()),
  verdict: z.string(),
  doubts: z.number(),
  costUsd: z.number().nullable(),
  boards: z.array(board),
});

/** `site.json`: every run of the site, oldest first. */
export const siteSchema = z.object({ schema: z.literal("assay.site/1"), runs: z.array(siteRunSchema) });

/** A figure with its interval; null where there is none. Ratings 1–10 or percent. */
export type SiteFigure = z.infer<typeof figure>;
/** One model on a board of one run. */
export type SiteRow = z.infer<typeof row>;
/** One board of one run. */
export type SiteBoard = z.infer<typeof board>;
/** One run of a site. */
export type SiteRun = z.infer<typeof siteRunSchema>;
/** A site's own record of its runs. */
export type Site = z.infer<typeof siteSchema>;
