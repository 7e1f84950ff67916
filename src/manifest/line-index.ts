/** Offsets of a text as lines and characters, and back, counted as editors do: UTF-16, lines end with CRLF, LF or CR. */

export interface LineAndCharacter {
  readonly line: number;
  readonly character: number;
}

export interface LineIndex {
  /** 0-based. Offsets beyond the text are at its end. */
  position(offset: number): LineAndCharacter;
  /** A character beyond its line is at the line's end, before the line break. */
  offset(position: LineAndCharacter): number;
}

/** Built once per text in linear time; each answer takes logarithmic time. */
export function lineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    position(offset) {
      const within = Math.max(0, Math.min(offset, text.length));
      const line = lineOf(within);
      return { line, character: within - (starts[line] ?? 0) };
    },
    offset({ line, character }) {
      if (line < 0) return 0;
      const start = starts[line];
      if (start === undefined) return text.length;
      const next = starts[line + 1] ?? text.length;
      const end = start + text.slice(start, next).replace(/[\r\n]+$/, "").length;
      return Math.min(start + Math.max(0, character), end);
    },
  };
}

/** A quarter of the size of a list of numbers: indexes of many files are kept. */
function lineStarts(text: string): Int32Array {
  const starts = [0];
  if (text.includes("\r")) {
    for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  } else {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  }
  return Int32Array.from(starts);
}
