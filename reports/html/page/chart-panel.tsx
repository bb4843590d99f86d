import type { ChartConfiguration } from "chart.js";
import type { VNode } from "preact";
import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { categoryBarsChart, radarChart } from "../../charts/category-charts.js";
import type { ChartOptions } from "../../charts/chart-options.js";
import { lengthScatterChart } from "../../charts/length-scatter.js";
import { slopeChart } from "../../charts/slope-chart.js";
import { trendChart } from "../../charts/trend-chart.js";
import { differenceParts } from "../../view/differences.js";
import { drawableModels } from "../../view/parts.js";
import type { RankingsView } from "../../view/rankings-records.js";
import type { BoardView, TrendView } from "../../view/records.js";
import { displayName } from "../../view/text.js";
import type { PageView } from "../packed-data.js";
import { Chart } from "./chart-registry.js";
import { Legend } from "./legend.js";
import { lengthSeries } from "./length-series.js";
import { SeriesChoice } from "./series-choice.js";
import { chartTheme, onThemeChange } from "./theme.js";

/** A chart's own controls, and the configuration that follows from them. */
interface PanelProps {
  readonly label: string;
  readonly choice: SeriesChoice;
  readonly canvas: HTMLCanvasElement;
  /** Whether intervals can be switched, and whether they are on at first. */
  readonly intervals: boolean | null;
  /** Choices of a menu, such as base models or categories; the first one is chosen at first. */
  readonly menu: {
    readonly label: string;
    readonly options: readonly { value: string; label: string }[];
  } | null;
  readonly configure: (options: ChartOptions, choice: string) => ChartConfiguration;
}

function useRedraw(choice: SeriesChoice): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const redraw = () => setVersion((count) => count + 1);
    const stops = [choice.onChange(redraw), onThemeChange(redraw)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [choice]);
  return version;
}

function useChart(
  canvas: HTMLCanvasElement,
  configuration: ChartConfiguration,
  changes: readonly unknown[],
): void {
  const chart = useRef<Chart | null>(null);
  // Before the next frame: a page that is printed has none.
  useLayoutEffect(() => {
    chart.current?.destroy();
    chart.current = new Chart(canvas, configuration);
    canvas.dataset.drawn = "true";
  }, changes);
}

function ChartPanel({ label, choice, canvas, intervals, menu, configure }: PanelProps): VNode {
  const version = useRedraw(choice);
  const [drawIntervals, setDrawIntervals] = useState(intervals === true);
  const [chosen, setChosen] = useState(menu?.options[0]?.value ?? "");
  const shown = choice.shown;
  const configuration = configure(
    {
      theme: chartTheme(),
      models: shown.map(({ model }) => model),
      styleIndexes: shown.map(({ slot }) => slot),
      intervals: drawIntervals,
    },
    chosen,
  );
  useChart(canvas, configuration, [version, drawIntervals, chosen, canvas]);
  return (
    <>
      <div class="chart-options">
        {menu === null ? null : (
          <label>
            {menu.label}{" "}
            <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
              {menu.options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </select>
          </label>
        )}
        {intervals === null ? null : (
          <label class="check">
            <input
              type="checkbox"
              checked={drawIntervals}
              onChange={(event) => setDrawIntervals(event.currentTarget.checked)}
            />{" "}
            Intervals
          </label>
        )}
      </div>
      <Legend choice={choice} label={label} />
    </>
  );
}

type PanelParts = Pick<PanelProps, "intervals" | "menu" | "configure">;

function hasIntervals(board: BoardView): boolean {
  return board.categories.some((part) => part.models.some((entry) => entry?.interval != null));
}

function radarParts(board: BoardView): PanelParts {
  return {
    intervals: hasIntervals(board) ? false : null,
    menu: null,
    configure: (options) => radarChart(board, options) as ChartConfiguration,
  };
}

function barParts(board: BoardView, view: PageView): PanelParts {
  const bases = drawableModels(board).map((model) => ({
    value: model,
    label: `Difference to ${displayName(model)}`,
  }));
  return {
    intervals: hasIntervals(board) ? true : null,
    menu:
      bases.length < 2 ? null : { label: "Show", options: [{ value: "", label: board.partLabel }, ...bases] },
    configure: (options, base) => {
      if (base === "") return categoryBarsChart(board, options) as ChartConfiguration;
      const parts = differenceParts(board, view.comparisons, base);
      return categoryBarsChart(board, { ...options, parts }) as ChartConfiguration;
    },
  };
}

function rankParts(rankings: RankingsView): PanelParts {
  return {
    intervals: rankings.rows.some((row) => row.interval !== null) ? true : null,
    menu: null,
    configure: (options) => slopeChart(rankings, options) as ChartConfiguration,
  };
}

function trendParts(trend: TrendView): PanelParts {
  const categories = trend.categories.map(({ name }) => ({ value: name, label: displayName(name) }));
  return {
    intervals: true,
    menu:
      categories.length === 0
        ? null
        : { label: "Show", options: [{ value: "", label: "Whole board" }, ...categories] },
    configure: (options, category) =>
      trendChart(trend, category === "" ? options : { ...options, category }) as ChartConfiguration,
  };
}

const choices = new Map<string, SeriesChoice>();

function choiceFor(id: string, models: readonly string[]): SeriesChoice {
  const known = choices.get(id);
  if (known !== undefined) return known;
  const choice = new SeriesChoice(models);
  choices.set(id, choice);
  return choice;
}

interface MadeParts {
  readonly parts: PanelParts;
  readonly choice: SeriesChoice;
}

/** At once, for a page may be printed at any moment; but for answer lengths, which are read from the index. */
function partsFor(
  kind: string,
  board: BoardView | undefined,
  trend: TrendView | undefined,
  view: PageView,
): MadeParts | undefined | Promise<MadeParts | undefined> {
  if (trend !== undefined) {
    return {
      parts: trendParts(trend),
      choice: choiceFor(
        trend.id,
        trend.overall.map((line) => line.name),
      ),
    };
  }
  if (board === undefined) return undefined;
  const models = drawableModels(board);
  if (kind === "radar") return { parts: radarParts(board), choice: choiceFor(board.id, models) };
  if (kind === "ranks" && board.rankings !== null)
    return { parts: rankParts(board.rankings), choice: choiceFor(board.id, models) };
  if (kind === "bars") return { parts: barParts(board, view), choice: choiceFor(board.id, models) };
  return lengthParts(board);
}

async function lengthParts(board: BoardView): Promise<MadeParts | undefined> {
  const series = await lengthSeries(board);
  if (series.length === 0) return undefined;
  const configure: PanelParts["configure"] = (options) => {
    const shown = options.models ?? [];
    return lengthScatterChart(
      shown.flatMap((model) => series.find((entry) => entry.model === model) ?? []),
      options,
    ) as ChartConfiguration;
  };
  return {
    parts: { intervals: null, menu: null, configure },
    choice: new SeriesChoice(series.map((entry) => entry.model)),
  };
}

/** Draws the chart of a figure and its controls; removes the figure when there is nothing to draw. */
export function mountChart(figure: HTMLElement, view: PageView): Promise<void> {
  const { chart: kind = "", of: id = "" } = figure.dataset;
  const canvas = figure.querySelector("canvas");
  const controls = figure.querySelector(".chart-controls");
  if (canvas === null || controls === null || figure.dataset.mounted === "true") return Promise.resolve();
  figure.dataset.mounted = "true";
  const board = view.boards.find((entry) => entry.id === id);
  const trend = view.trends.find((entry) => entry.id === id);
  const mount = (made: MadeParts | undefined) => {
    if (made === undefined) {
      figure.remove();
      return;
    }
    const label = canvas.getAttribute("aria-label") ?? "";
    render(<ChartPanel {...made.parts} label={label} choice={made.choice} canvas={canvas} />, controls);
  };
  const made = partsFor(kind, board, trend, view);
  if (made instanceof Promise) return made.then(mount);
  mount(made);
  return Promise.resolve();
}
