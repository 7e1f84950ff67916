/** Places in the editor's own words. */
import { Location, type Position, Range, Uri } from "vscode";
import type * as place from "../../view/place.ts";

export function toRange({ start, end }: place.Range): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

export function toLocation({ uri, range }: place.Location): Location {
  return new Location(Uri.parse(uri), toRange(range));
}

export function fromRange({ start, end }: Range): place.Range {
  return { start: fromPosition(start), end: fromPosition(end) };
}

export function fromPosition({ line, character }: Position): place.Position {
  return { line, character };
}
