import type { DataTable } from "../../view/tables.js";
import { reportTables, tableCsv, tableJson, tableMarkdown } from "../../view/tables.js";
import type { PageView } from "../packed-data.js";
import { copyText } from "./announce.js";
import { saveFile } from "./save-file.js";

/** Marks a file as UTF-8 for spreadsheets, which otherwise guess. */
const UTF8_MARK = "\ufeff";

function allTables(tables: readonly DataTable[]): string {
  return tables
    .map((table) => `${tableCsv({ ...table, columns: [table.title], rows: [] })}${tableCsv(table)}`)
    .join("\r\n");
}

/** Does what a download button says; false when the action is not one of downloads. */
export async function handleDownload(button: HTMLElement, view: PageView): Promise<boolean> {
  const { action } = button.dataset;
  if (action === "scores") {
    saveFile("scores.json", "application/json", `${JSON.stringify(view.scores, null, 2)}\n`);
    return true;
  }
  const tables = reportTables(view);
  if (action === "all-csv") {
    saveFile("report-tables.csv", "text/csv", UTF8_MARK + allTables(tables));
    return true;
  }
  const tools = button.closest<HTMLElement>("[data-table]");
  const name = tools?.querySelector("select")?.value ?? tools?.dataset.table;
  const table = tables.find((entry) => entry.name === name);
  if (table === undefined) return false;
  if (action === "csv") saveFile(`${table.name}.csv`, "text/csv", UTF8_MARK + tableCsv(table));
  else if (action === "json") saveFile(`${table.name}.json`, "application/json", tableJson(table));
  else if (action === "markdown") await copyText(tableMarkdown(table), "Copied as Markdown");
  else return false;
  return true;
}
