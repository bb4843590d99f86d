/** One part of a `multipart/form-data` body. */
export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly data: Buffer;
}

/** Splits a `multipart/form-data` body; undefined when the content type is another. */
export function readMultipart(contentType: string, body: Buffer): FormPart[] | undefined {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const parts: FormPart[] = [];
  const delimiter = Buffer.from(`--${boundary}`);
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const next = body.indexOf(delimiter, start + delimiter.length);
    if (next < 0) break;
    const part = body.subarray(start + delimiter.length + 2, next - 2);
    const gap = part.indexOf("\r\n\r\n");
    const head = part.subarray(0, gap).toString("utf8");
    const name = /name="([^"]*)"/.exec(head)?.[1];
    const fileName = /filename="([^"]*)"/.exec(head)?.[1];
    if (name !== undefined) {
      parts.push({ name, data: part.subarray(gap + 4), ...(fileName === undefined ? {} : { fileName }) });
    }
    start = next;
  }
  return parts;
}
