/** RFC 3339 in whole seconds, as the API writes times; `ms` since 1970. */
export function timestamp(ms = Date.now()): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
