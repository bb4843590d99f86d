import { compositeKey } from "../../core/composite-key.js";

/** One text for each turn of a question, made once: a million rows name the same few. */
class TurnKeys {
  private readonly byQuestion = new Map<string, string[]>();

  /** @param turn From 1. */
  of(questionId: string, turn: number): string {
    let keys = this.byQuestion.get(questionId);
    if (keys === undefined) {
      keys = [];
      this.byQuestion.set(questionId, keys);
    }
    const key = keys[turn] ?? compositeKey(questionId, turn);
    keys[turn] = key;
    return key;
  }
}

/** Numbers what is judged again and again, one subject's answer to one turn, in the order in which it is met, from 0. */
export class UnitNumbers {
  private readonly bySubject = new Map<string, Map<string, number>>();
  private readonly turns = new TurnKeys();
  private size = 0;

  /** @param subject Model, or whatever names a pair. */
  of(questionId: string, turn: number, subject: string): number {
    let own = this.bySubject.get(subject);
    if (own === undefined) {
      own = new Map();
      this.bySubject.set(subject, own);
    }
    const key = this.turns.of(questionId, turn);
    const number = own.get(key) ?? this.size;
    if (number === this.size) own.set(key, this.size++);
    return number;
  }
}
