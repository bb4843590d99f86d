import { ConfigError } from "../core/errors.js";
import { printable } from "../core/text.js";

/** Where a queue is. */
export interface QueueAddress {
  /** As given, with the password. */
  readonly url: string;
  /** Without user and password; for messages. */
  readonly shown: string;
}

/**
 * Reads the address of a Redis.
 * @throws ConfigError `bad-queue-address`; the message never repeats a password.
 */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === "") {
    const shown = printable(text.replace(/\/\/[^/]*@/, "//…@").slice(0, 100), { oneLine: true });
    throw new ConfigError(`"${shown}" is not the address of a Redis`, {
      code: "bad-queue-address",
      remedy: "It looks like redis://host:6379, or rediss://user:password@host:6380/0 with TLS.",
    });
  }
  return { url: text, shown: `${url.protocol}//${url.host}${url.pathname.replace(/^\/$/, "")}` };
}
