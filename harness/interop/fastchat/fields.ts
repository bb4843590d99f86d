/** Text that FastChat stores in place of an answer or a judgment when the call failed. */
export const FASTCHAT_ERROR = "$ERROR$";

/** The kinds of records that FastChat's `llm_judge` writes. */
export type FastChatFormat = "fastchat-questions" | "fastchat-answers" | "fastchat-single" | "fastchat-pair";

/** Tells what kind of FastChat record a parsed line is; undefined when it is none. */
export function fastChatFormatOf(value: unknown): FastChatFormat | undefined {
  if (typeof value !== "object" || value === null || !("question_id" in value)) return undefined;
  if ("g1_winner" in value && "model_1" in value) return "fastchat-pair";
  if ("score" in value && "judgment" in value) return "fastchat-single";
  if ("choices" in value) return "fastchat-answers";
  return "turns" in value ? "fastchat-questions" : undefined;
}
