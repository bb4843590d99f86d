/** Says something to screen readers, and shows it for a moment. */
export function announce(message: string): void {
  const status = document.getElementById("status");
  if (status === null) return;
  status.textContent = message;
  status.classList.add("told");
  window.setTimeout(() => status.classList.remove("told"), 2500);
}

/** Puts text on the clipboard; where the browser forbids it, selects it in a field of its own for copying by hand. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(done);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "copy-field";
    document.body.append(field);
    field.select();
    announce("Copy with Ctrl+C, then click elsewhere");
    field.addEventListener("blur", () => field.remove(), { once: true });
  }
}
