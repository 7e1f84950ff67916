/** Positions in text as VS Code counts them: 0-based lines, 0-based UTF-16 columns. */
export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface Location {
  readonly uri: string;
  readonly range: Range;
}
/** Replaces the text of `range` by `newText`. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}
