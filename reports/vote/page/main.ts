import { h, render } from "preact";
import { startTheme } from "../../html/page/theme.js";
import { unpack } from "../../html/page/unpack.js";
import { BALLOT_PART, type PageBallot } from "../ballot-data.js";
import { App } from "./app.js";
import { openVoteStorage } from "./vote-storage.js";

// Written by this page's own generator, from the same type.
const asBallot = (value: unknown) => value as PageBallot;

async function start(place: HTMLElement): Promise<void> {
  const ballot = asBallot(await unpack(BALLOT_PART));
  const storage = await openVoteStorage(ballot.id);
  place.replaceChildren();
  render(h(App, { ballot, storage }), place);
  startTheme();
}

document.documentElement.classList.add("js");
const place = document.getElementById("vote");
if (place !== null) {
  void start(place).catch((thrown: unknown) => {
    place.textContent = `This page could not be opened: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  });
}
