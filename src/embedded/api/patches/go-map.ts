/** JSON as Go's `%+v` prints it: `map[a:1 b:[x y]]`, keys sorted. */
import { isList, isMap } from "../json.ts";

export function goMap(value: unknown): string {
  if (isList(value)) return `[${value.map(goMap).join(" ")}]`;
  if (!isMap(value)) return value === null || value === undefined ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, entry]) => `${key}:${goMap(entry)}`).join(" ")}]`;
}
