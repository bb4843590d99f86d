#!/usr/bin/env bash
# Finding: @napi-rs/canvas goes back to an earlier fillStyle on restore(), and keeps reporting the later one.
#
# Guess: after save(), a new fillStyle and restore(), `context.fillStyle` reads as it did before, as in a browser.
# Seen:  @napi-rs/canvas 1.0.11 draws with the earlier colour and reads back the later one, of strokeStyle too; lineWidth, font and
#        globalAlpha read back right.
# Hurts: whoever reads the colour to draw something of its own with it (a recorder of texts, an SVG beside the picture, a plug-in
#        that mixes colours) gets another one than the picture shows: chart.js's legend has black names in the PNG, and names in the
#        colour of the box before them in what was recorded.
#
# Exits with 1 when what is read is what is drawn.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund @napi-rs/canvas@1.0.11
cat > colour.mjs <<'JS'
import { createCanvas } from "@napi-rs/canvas";
const context = createCanvas(4, 4).getContext("2d");
context.fillStyle = "#ff0000";
context.save();
context.fillStyle = "#00ff00";
context.restore();
context.fillRect(0, 0, 4, 4);
const [red, green] = context.getImageData(1, 1, 1, 1).data;
console.log(`drawn: red ${red}, green ${green}; read back: ${context.fillStyle}`);
if (red !== 255 || context.fillStyle !== "#00ff00") process.exit(1);
JS
node colour.mjs || { echo "what is read is what is drawn: the finding is out of date"; exit 1; }
