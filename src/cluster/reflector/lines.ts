/** Bytes of a watch to its lines. A line without an end is bounded; what follows the last end of line was cut off. */
import { ApiFailure } from "../api/failure.ts";

/** The API server stores no object that is larger, by far. */
const LONGEST = 16_000_000;

export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  let size = 0;
  for await (const piece of bytes) {
    const [first = "", ...more] = decoder.decode(piece, { stream: true }).split("\n");
    begun.push(first);
    size += first.length;
    if (size > LONGEST) throw new ApiFailure("too-large", `A line of a watch is longer than ${LONGEST} characters.`);
    for (const next of more) {
      const line = begun.join("");
      begun = [next];
      size = next.length;
      if (line.trim() !== "") yield line;
    }
  }
}
