import hljs from "highlight.js/lib/common";
import type { ComponentChildren, VNode } from "preact";

/** Code longer than this is shown plain: highlighting it would make the page wait. */
const MOST_CODE_CHARACTERS = 20_000;

interface Scope {
  readonly name: string;
  readonly children: (string | Scope)[];
}

/** Keeps what highlight.js finds as a tree, so that no markup is ever written or parsed. */
class TreeEmitter {
  readonly root: Scope = { name: "", children: [] };
  private readonly open: Scope[] = [this.root];

  private get current(): Scope {
    return this.open.at(-1) ?? this.root;
  }

  openNode(name: string): void {
    const scope: Scope = { name, children: [] };
    this.current.children.push(scope);
    this.open.push(scope);
  }

  closeNode(): void {
    if (this.open.length > 1) this.open.pop();
  }

  startScope(name: string): void {
    this.openNode(name);
  }

  endScope(): void {
    this.closeNode();
  }

  addText(text: string): void {
    if (text !== "") this.current.children.push(text);
  }

  __addSublanguage(emitter: unknown): void {
    if (emitter instanceof TreeEmitter) this.current.children.push(...emitter.root.children);
  }

  finalize(): void {}

  toHTML(): string {
    return "";
  }
}

hljs.configure({ __emitter: TreeEmitter });

function classOf(name: string): string {
  return `code-${(name.split(".")[0] ?? "").replace(/[^a-z-]/g, "")}`;
}

function nodesOf(scope: Scope): ComponentChildren[] {
  return scope.children.map((child, index) =>
    typeof child === "string" ? (
      child
    ) : (
      <span key={index} class={classOf(child.name)}>
        {nodesOf(child)}
      </span>
    ),
  );
}

/** Code in colours where its language is named and known, else as it is. */
export function Code({ code, language }: { readonly code: string; readonly language: string }): VNode {
  if (code.length > MOST_CODE_CHARACTERS || hljs.getLanguage(language) === undefined)
    return <code>{code}</code>;
  const { _emitter: emitter, errorRaised } = hljs.highlight(code, { language, ignoreIllegals: true });
  const whole = errorRaised === undefined && emitter instanceof TreeEmitter;
  return <code>{whole ? nodesOf(emitter.root) : code}</code>;
}
