/** IP addresses, sockets and `host:port` as istiod checks them. */

/** Go: net/netip ParseAddr. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Eight groups, or fewer around one `::`; the last two may be an IPv4 address; a zone may follow. */
function isIpv6(text: string): boolean {
  const [address = "", zone] = splitOnce(text, "%");
  if (zone === "" || !address.includes(":")) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half, index) => (half === "" ? 0 : groupCount(half, index === halves.length - 1)));
  if (groups.includes(undefined)) return false;
  const count = groups.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

function groupCount(half: string, isLast: boolean): number | undefined {
  const groups = half.split(":");
  const tail = groups.at(-1) ?? "";
  const hasIpv4 = isLast && tail.includes(".");
  if (hasIpv4 && !isIpv4(tail)) return undefined;
  const plain = hasIpv4 ? groups.slice(0, -1) : groups;
  return plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.length + (hasIpv4 ? 1 : 0) : undefined;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Istio: agent/validation.go ValidateIPAddress. */
export function ipFault(text: string): string | undefined {
  return isIpAddress(text) ? undefined : `${text} is not a valid IP`;
}

export const UNIX_PREFIX = "unix://";

/** The absolute path of a socket, or an abstract one after `@`. Istio: validation.go ValidateUnixAddress. */
export function unixFault(path: string): string | undefined {
  if (path === "") return "unix address must not be empty";
  if (path.startsWith("@") || (path.startsWith("/") && !path.endsWith("/"))) return undefined;
  return `${path} is not an absolute path to a file`;
}

export interface HostPort {
  readonly host: string;
  readonly port: string;
  readonly fault?: string;
}

/** `host:port` or `[host]:port`. Go: net/ipsock.go SplitHostPort. */
export function splitHostPort(text: string): HostPort {
  const wrong = (what: string): HostPort => ({ host: "", port: "", fault: `address ${text}: ${what}` });
  const colon = text.lastIndexOf(":");
  if (colon < 0) return wrong("missing port in address");
  const port = text.slice(colon + 1);
  if (!text.startsWith("[")) {
    const host = text.slice(0, colon);
    if (host.includes(":")) return wrong("too many colons in address");
    const bracket = /[[\]]/.exec(text)?.[0];
    return bracket === undefined ? { host, port } : wrong(`unexpected '${bracket}' in address`);
  }
  const end = text.indexOf("]");
  if (end < 0) return wrong("missing ']' in address");
  if (end + 1 !== colon) {
    return wrong(text[end + 1] === ":" ? "too many colons in address" : "missing port in address");
  }
  if (text.slice(1).includes("[")) return wrong("unexpected '[' in address");
  if (text.slice(end + 1).includes("]")) return wrong("unexpected ']' in address");
  return { host: text.slice(1, end), port };
}
