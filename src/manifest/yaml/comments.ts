/** Where comments stand in YAML text, told from `#` in strings and block scalars. */
import { CST, Lexer } from "yaml";
import type { Span } from "../problem.ts";
import { BUDGET } from "./budget.ts";

/** From the `#` to the end of its line, in order. None where the text is beyond what is read. */
export function commentsIn(text: string): readonly Span[] {
  if (text.length > BUDGET.characters) return [];
  const found: Span[] = [];
  let offset = 0;
  let isContent = false;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer are no part of the text. What follows that of a scalar is its content, whatever it looks like.
    if (isMark(lexeme)) {
      isContent = lexeme === CST.SCALAR;
      continue;
    }
    if (!isContent && lexeme.startsWith("#")) found.push({ start: offset, end: offset + lexeme.trimEnd().length });
    isContent = false;
    offset += lexeme.length;
  }
  return found;
}

function isMark(lexeme: string): boolean {
  return lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR;
}
