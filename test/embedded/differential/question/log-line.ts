/** The access log of a proxy, read as people read it. Istio: pilot/pkg/model/telemetry_logging.go EnvoyTextLogFormat. */
import type { Address } from "../../../../src/embedded/network/network.ts";

export interface LogLine {
  readonly code: number;
  readonly flags: readonly string[];
  readonly details: string;
  readonly cluster: string;
}

const LINE = /^\[[^\]]+\] "[^"]*" (\d+) (\S+) (\S+) \S+ "[^"]*" /;

/** The line of the connection that came from there. */
export function lineFrom(lines: readonly string[], { ip, port }: Address): LogLine | undefined {
  for (const line of lines) {
    const [, code, flags = "", details = ""] = LINE.exec(line) ?? [];
    const [cluster = "", , , from] = line.split(" ").slice(-6);
    if (code === undefined) throw new Error(`no access log line: ${line}`);
    if (from === `${ip}:${port}`) return { code: Number(code), flags: flags.split(","), details, cluster };
  }
  return undefined;
}
