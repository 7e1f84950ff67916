/** Header lines as node:http takes and gives them raw: name, value, name, value. Names of Envoy are lower-case. */
import type { IncomingHttpHeaders } from "node:http";
import type { HeaderChange } from "../config.ts";

/** Belong to one connection, or are Envoy's to set. RFC 9110 7.6.1. */
const HOP = new Set(["connection", "keep-alive", "proxy-connection", "upgrade", "expect", "http2-settings"]);

/** The lines without those of the connection and the named ones, in their order, with lower-case names. */
export function passed(raw: readonly string[], without: ReadonlySet<string> = NONE): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    if (!HOP.has(name) && !without.has(name)) kept.push(name, raw[at + 1] as string);
  }
  return kept;
}
const NONE: ReadonlySet<string> = new Set();

export function has(raw: readonly string[], name: string): boolean {
  for (let at = 0; at < raw.length; at += 2) if (raw[at] === name) return true;
  return false;
}

export function set(raw: string[], name: string, value: string) {
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at] !== name) continue;
    raw[at + 1] = value;
    return;
  }
  raw.push(name, value);
}

export function remove(raw: string[], name: string) {
  for (let at = raw.length - 2; at >= 0; at -= 2) if (raw[at] === name) raw.splice(at, 2);
}

export function change(raw: string[], changes: HeaderChange | undefined) {
  if (!changes) return;
  for (const name of changes.remove) remove(raw, name.toLowerCase());
  for (const [name, value] of Object.entries(changes.set)) {
    remove(raw, name.toLowerCase());
    raw.push(name.toLowerCase(), value);
  }
  for (const [name, value] of Object.entries(changes.add)) raw.push(name.toLowerCase(), value);
}

export function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** Whether a message has a body that is still to come. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
