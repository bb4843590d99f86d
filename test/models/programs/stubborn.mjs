// A program that neither ends with its input nor on SIGTERM.
process.on("SIGTERM", () => undefined);
process.stdin.on("data", (line) => {
  const { id } = JSON.parse(String(line));
  process.stdout.write(`${JSON.stringify({ id, text: String(process.pid) })}\n`);
});
setInterval(() => undefined, 1000);
