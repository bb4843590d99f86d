/** A text that is likely to come again, with its bytes, so that it need not be decoded again. */
export class RepeatedText {
  text = "";
  bytes: Uint8Array = new Uint8Array(0);
}

/** Memory for one file after the other: fresh megabytes for each cost more time than reading them. */
export class ReadBuffer {
  private bytes = Buffer.alloc(0);

  /** Memory of at least this size; what it held before is overwritten. */
  take(size: number): Buffer {
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafeSlow(Math.ceil(size * 1.2));
    return this.bytes;
  }
}
