import { expect, it } from "vitest";
import { pageAssets } from "../../../reports/html/page-assets.js";
import { reportRegistry } from "../../../reports/registry.js";
import { sampleInput } from "../sample-input.js";

it("the HTML report is one page with the built script and styles inside", async () => {
  const { script, style } = pageAssets();
  expect(script.length).toBeGreaterThan(50_000);
  const [file, ...others] = await reportRegistry.get("html").render(sampleInput());
  expect(others).toEqual([]);
  expect(file?.name).toBe("index.html");
  const page = String(file?.content);
  expect(page.startsWith("<!doctype html>")).toBe(true);
  // What could end the element is escaped, so that the script is compared in its first and last part.
  const parts = [style.slice(0, 500), script.slice(0, 500), script.trim().slice(-100)];
  expect(parts.filter((part) => !page.includes(part))).toEqual([]);
});
