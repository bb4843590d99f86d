import { useEffect, useState } from "preact/hooks";

/** Whether the viewer's server answers. */
export type Connection = "opening" | "open" | "lost";

/** What events of each name are told to. */
export type EventListeners = Readonly<Record<string, (value: unknown) => void>>;

/**
 * Listens to the server that the page came from for as long as the page is looked at: a page in the background would hold
 * one of the few connections that a browser opens to one server. The browser comes back by itself where it is cut off.
 * @returns What stops it.
 */
function listen(
  address: string,
  listeners: EventListeners,
  onConnection: (connection: Connection) => void,
): () => void {
  let source: EventSource | undefined;
  const open = () => {
    if (source !== undefined) return;
    source = new EventSource(address);
    source.onopen = () => onConnection("open");
    source.onerror = () => onConnection("lost");
    for (const [name, listener] of Object.entries(listeners))
      source.addEventListener(name, (event) => listener(JSON.parse((event as MessageEvent<string>).data)));
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const follow = () => (document.visibilityState === "hidden" ? close() : open());
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    close();
  };
}

/** Follows an event stream while a component is shown; `address` undefined listens to nothing. */
export function useEvents(address: string | undefined, listeners: EventListeners): Connection {
  const [connection, setConnection] = useState<Connection>("opening");
  useEffect(() => {
    if (address === undefined) return undefined;
    setConnection("opening");
    return listen(address, listeners, setConnection);
  }, [address]);
  return connection;
}

/** Asks for JSON of the server that the page came from. @throws Error with what the server said. */
export async function askFor<Value>(address: string): Promise<Value> {
  const response = await fetch(address);
  if (!response.ok) throw new Error((await response.text()).slice(0, 300) || `status ${response.status}`);
  // The server and this page are of one build.
  return (await response.json()) as Value;
}
