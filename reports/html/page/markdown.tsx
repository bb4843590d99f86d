import MarkdownIt from "markdown-it";
import type { ComponentChildren, VNode } from "preact";
import { useMemo } from "preact/hooks";
import { displayName, displayText } from "../../view/text.js";
import { Code } from "./highlight.js";

type Token = ReturnType<(typeof parser)["parse"]>[number];

/** No HTML of the answer's own, no links made of bare text; nesting is bounded, because layout must survive it. */
const parser = new MarkdownIt({
  html: false,
  linkify: false,
  typographer: false,
  breaks: true,
  maxNesting: 24,
});

/** An address that may be followed: http and https only. */
function safeAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

function link(token: Token, key: number, children: ComponentChildren[]): ComponentChildren {
  const address = attribute(token, "href");
  const safe = safeAddress(address);
  if (safe === null) {
    return (
      <span key={key} class="dead-link" title="This address is not shown as a link">
        {children} <span class="quiet">⟨{displayName(address.slice(0, 200))}⟩</span>
      </span>
    );
  }
  return (
    <a key={key} href={safe} rel="noopener noreferrer nofollow" target="_blank" title={displayName(safe)}>
      {children}
    </a>
  );
}

function cellClass(token: Token): string | undefined {
  const style = attribute(token, "style");
  return style === "" ? undefined : `align-${/(left|right|center)/.exec(style)?.[0] ?? "left"}`;
}

/** Elements for tokens that need nothing special. Headings become paragraphs: the page has headings of its own. */
function element(token: Token, key: number, children: ComponentChildren[]): ComponentChildren {
  switch (token.type) {
    case "paragraph_open":
      return token.hidden ? children : <p key={key}>{children}</p>;
    case "heading_open":
      return (
        <p key={key} class={`heading heading-${token.tag.slice(1)}`}>
          {children}
        </p>
      );
    case "blockquote_open":
      return <blockquote key={key}>{children}</blockquote>;
    case "bullet_list_open":
      return <ul key={key}>{children}</ul>;
    case "ordered_list_open":
      return (
        <ol key={key} start={Number(token.attrGet("start") ?? 1)}>
          {children}
        </ol>
      );
    case "list_item_open":
      return <li key={key}>{children}</li>;
    case "em_open":
      return <em key={key}>{children}</em>;
    case "strong_open":
      return <strong key={key}>{children}</strong>;
    case "s_open":
      return <s key={key}>{children}</s>;
    case "link_open":
      return link(token, key, children);
    case "table_open":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        <section key={key} class="scroll" tabIndex={0} aria-label="Table in the text">
          <table>{children}</table>
        </section>
      );
    case "thead_open":
      return <thead key={key}>{children}</thead>;
    case "tbody_open":
      return <tbody key={key}>{children}</tbody>;
    case "tr_open":
      return <tr key={key}>{children}</tr>;
    case "th_open":
      return (
        <th key={key} class={cellClass(token)}>
          {children}
        </th>
      );
    case "td_open":
      return (
        <td key={key} class={cellClass(token)}>
          {children}
        </td>
      );
    default:
      return children;
  }
}

function leaf(token: Token, key: number): ComponentChildren {
  switch (token.type) {
    case "inline":
      return <span key={key}>{nodesOf(token.children ?? [])}</span>;
    case "text":
    case "text_special":
      return token.content;
    case "softbreak":
    case "hardbreak":
      return <br key={key} />;
    case "code_inline":
      return <code key={key}>{token.content}</code>;
    case "fence":
    case "code_block": {
      const language = /^[\w+#.-]{1,30}/.exec(token.info.trim())?.[0] ?? "";
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard
        <pre key={key} tabIndex={0}>
          <Code code={token.content} language={language} />
        </pre>
      );
    }
    case "hr":
      return <hr key={key} />;
    case "image":
      return (
        <span key={key} class="quiet">
          [picture: {token.content} ⟨{displayName(attribute(token, "src").slice(0, 200))}⟩]
        </span>
      );
    default:
      return token.content;
  }
}

/** Tokens come flat, with `_open` and `_close` around what is inside. */
function nodesOf(tokens: readonly Token[]): ComponentChildren[] {
  const levels: { token: Token | null; children: ComponentChildren[] }[] = [{ token: null, children: [] }];
  const push = (node: ComponentChildren) => levels.at(-1)?.children.push(node);
  tokens.forEach((token, index) => {
    if (token.nesting === 1) {
      levels.push({ token, children: [] });
    } else if (token.nesting === -1) {
      const closed = levels.length > 1 ? levels.pop() : undefined;
      if (closed?.token) push(element(closed.token, index, closed.children));
    } else {
      push(leaf(token, index));
    }
  });
  return levels[0]?.children ?? [];
}

/** Elements of one part of a long text. */
const PART_SIZE = 16;

/** Long texts in parts that a style sheet may leave out of sight until they come near the window. */
function inParts(nodes: readonly ComponentChildren[]): ComponentChildren[] {
  return Array.from({ length: Math.ceil(nodes.length / PART_SIZE) }, (_, place) => (
    <div key={place} class="text-part">
      {nodes.slice(PART_SIZE * place, PART_SIZE * (place + 1))}
    </div>
  ));
}

/**
 * Untrusted Markdown as elements: no markup of its own, no pictures, links to http and https only.
 * @param parted Whether its elements stand in parts, for pages that show all of a long text.
 */
export function Markdown({
  text,
  parted = false,
}: {
  readonly text: string;
  readonly parted?: boolean;
}): VNode {
  const nodes = useMemo(() => {
    const all = nodesOf(parser.parse(displayText(text), {}));
    return parted ? inParts(all) : all;
  }, [text, parted]);
  return (
    <div class="markdown" dir="auto">
      {nodes}
    </div>
  );
}

/** Untrusted text as it was written, line breaks and all. */
export function PlainText({ text }: { readonly text: string }): VNode {
  return (
    <div class="plain" dir="auto">
      {displayText(text)}
    </div>
  );
}
