import { h, render } from "preact";
import { startTheme } from "../../html/page/theme.js";
import { App } from "./app.js";

document.documentElement.classList.add("js");
const place = document.getElementById("live");
if (place !== null) {
  place.replaceChildren();
  render(h(App, {}), place);
  startTheme();
}
