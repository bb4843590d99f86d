import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Card } from "../../harness/core/card.js";
import { plainPage } from "../site/plain-page.js";
import { SITE_STYLE } from "../site/style.js";
import { CardBody } from "./page.js";
import { CARD_STYLE } from "./style.js";

/** A checkpoint's card as a page of one file. */
export function renderCardPage(card: Card): string {
  const title = `${card.candidate} beside ${card.base}`;
  return plainPage(title, `${SITE_STYLE}\n${CARD_STYLE}`, renderToString(h(CardBody, { card })));
}
