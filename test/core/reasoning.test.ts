import { describe, expect, it } from "vitest";
import { separateReasoning } from "../../harness/core/reasoning.js";

describe("separateReasoning", () => {
  it.each<[string, string, { text: string; reasoning?: string }]>([
    ["a block before the answer", "<think>a\nb</think>\n\nanswer", { text: "answer", reasoning: "a\nb" }],
    ["white space before the block", "\n <think>a</think>answer", { text: "answer", reasoning: "a" }],
    ["an empty block", "<think>\n\n</think>\n\nanswer", { text: "answer" }],
    ["several blocks", "<think>a</think> <think>b</think> answer", { text: "answer", reasoning: "a\n\nb" }],
    [
      "a block that is never closed",
      "<think>still thinking about",
      { text: "", reasoning: "still thinking about" },
    ],
    ["a lone closing tag", "so it is 4.\n</think>\n4", { text: "4", reasoning: "so it is 4." }],
    ["no reasoning", "  answer ", { text: "  answer " }],
    ["tags that the answer talks about", "Use <think> and </think>.", { text: "Use <think> and </think>." }],
    [
      "tags inside the answer, after a block",
      "<think>a</think>say <think>x</think>",
      {
        text: "say <think>x</think>",
        reasoning: "a",
      },
    ],
    ["an empty reply", "", { text: "" }],
  ])("%s", (_what, reply, separated) => {
    expect(separateReasoning(reply)).toEqual(separated);
  });

  it("takes nothing but a whole block at its start out of a judge's reply, which may quote an answer", () => {
    const read = (reply: string) => separateReasoning(reply, { isVerdict: true });
    expect(read("<think>a</think>2")).toEqual({ text: "2", reasoning: "a" });
    for (const reply of ["2. It says </think> 10", "<think> is how it begins. 2"])
      expect(read(reply)).toEqual({ text: reply });
  });

  it("joins what came in a field with what came in the text", () => {
    expect(separateReasoning("<think>b</think>answer", { given: "a" })).toEqual({
      text: "answer",
      reasoning: "a\n\nb",
    });
  });

  it("leaves a lone closing tag alone when the reasoning came in a field", () => {
    expect(separateReasoning("close it with </think> here", { given: "a" })).toEqual({
      text: "close it with </think> here",
      reasoning: "a",
    });
  });
});
