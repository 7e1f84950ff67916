/**
 * What a scenario expects, line by line, and whether an answer meets it. The answers come from whoever observes: the
 * rules know the value and who decided it, sockets know the value alone.
 */

export interface WorkloadName {
  readonly namespace: string;
  readonly name: string;
}

/** A call at the place where it arrives: a port of a pod. */
export interface ExpectedCall {
  /** The line before the colon. */
  readonly line: string;
  /** A workload of the scenario, or somebody outside the mesh: the kubelet. */
  readonly caller: WorkloadName | "kubelet";
  readonly phase: "init" | "run";
  /** Absent where the Service's port tells. */
  readonly speaks?: "tls" | "tcp";
  readonly target: WorkloadName & { readonly port: number };
  /** The pod's own address is called instead of a Service. */
  readonly byAddress: boolean;
  /** The Service that is called, where it is not the one that leads to the target. */
  readonly via?: WorkloadName & { readonly port: number };
}

export type Asked =
  | { readonly ask: "mode"; readonly line: string; readonly workload: WorkloadName; readonly port: number }
  | { readonly ask: "membership"; readonly line: string; readonly workload: WorkloadName }
  | ({ readonly ask: "call" } & ExpectedCall);

export interface Answer {
  /** `STRICT`, `in the mesh`, `mTLS`, `503`. */
  readonly value: string;
  /** Who decided and why; absent where the observer cannot tell. */
  readonly because?: readonly string[];
}

export interface Expectation {
  readonly asked: Asked;
  readonly value: string;
  readonly because: readonly string[];
}

/** Whoever answers for a mesh as it stands. Undefined: not to be seen from there. */
export type Observer = (asked: Asked) => Answer | undefined;

const WORKS = ["mTLS", "plaintext", "its own TLS"];
const BREAKS = ["refused", "503", "403"];

export function expectation(line: string, text: string): Expectation {
  const asked = askedBy(line);
  const [, missing] = /^unknown: (.+)$/s.exec(text) ?? [];
  if (missing !== undefined) return { asked, value: "unknown", because: [missing] };
  const [value = "", ...because] = text.split(", ");
  if (asked.ask === "call" && ![...WORKS, ...BREAKS].includes(value)) {
    throw new Error(`${line}: ${value} is not one of ${[...WORKS, ...BREAKS, "unknown: …"].join(", ")}`);
  }
  const saysWhy = because.length > 0 || WORKS.includes(value) || value === "not enforced";
  if (!saysWhy) throw new Error(`${line}: ${value}, but who decided it, or why?`);
  return { asked, value, because };
}

function askedBy(line: string): Asked {
  if (line.includes(" -> ")) return { ask: "call", ...expectedCall(line) };
  const [, namespace = "", name = "", port] = match(/^([a-z0-9-]+)\/([a-z0-9-]+)(?::(\d+))?$/, line);
  const workload = { namespace, name };
  return port === undefined
    ? { ask: "membership", line, workload }
    : { ask: "mode", line, workload, port: Number(port) };
}

const CALL =
  /^(?:(kubelet)|([a-z0-9-]+)\/([a-z0-9-]+))(?: \((init|https|tcp)\))? -> (ip of )?([a-z0-9-]+)\/([a-z0-9-]+):(\d+)(?: via ([a-z0-9-]+)\/([a-z0-9-]+):(\d+))?$/;

/** `legacy/batch -> shop/cart:8080`, `shop/web (https) -> ip of shop/cart:8080`, `… via shop/all:80`. */
export function expectedCall(line: string): ExpectedCall {
  const [, kubelet, callerNamespace = "", callerName = "", how, address, namespace = "", name = "", port, ...via] =
    match(CALL, line);
  const [viaNamespace, viaName, viaPort] = via;
  return {
    line,
    caller: kubelet === undefined ? { namespace: callerNamespace, name: callerName } : "kubelet",
    phase: how === "init" ? "init" : "run",
    ...(how === "https" ? { speaks: "tls" } : {}),
    ...(how === "tcp" ? { speaks: "tcp" } : {}),
    target: { namespace, name, port: Number(port) },
    byAddress: address !== undefined || kubelet !== undefined,
    ...(viaNamespace === undefined || viaName === undefined
      ? {}
      : { via: { namespace: viaNamespace, name: viaName, port: Number(viaPort) } }),
  };
}

function match(pattern: RegExp, line: string): readonly (string | undefined)[] {
  const found = pattern.exec(line);
  if (found === null) throw new Error(`${line} is neither a workload, a port of one, nor a call`);
  return found;
}

/** What is wrong, or nothing. Modes and membership are to be told wholly; of a call every clause has to be true. */
export function misses(expected: Expectation, observe: Observer): readonly string[] {
  const { asked, value, because } = expected;
  const answer = observe(asked);
  if (answer === undefined) return [];
  const told = sentence(answer);
  const wanted = sentence(expected);
  const known = answer.because;
  const isMet =
    answer.value === value &&
    (known === undefined ||
      (asked.ask === "call"
        ? because.every((clause) =>
            known.some((each) => each === clause || (value === "unknown" && each.includes(clause))),
          )
        : told === wanted));
  return isMet ? [] : [`${asked.line}\n  expected ${wanted}\n  actual   ${told}`];
}

/** Who works now and breaks afterwards. */
export function losesAccess(calls: readonly ExpectedCall[], before: Observer, after: Observer): readonly string[] {
  const value = (observe: Observer, call: ExpectedCall) => observe({ ask: "call", ...call })?.value ?? "";
  return calls
    .filter((call) => WORKS.includes(value(before, call)) && BREAKS.includes(value(after, call)))
    .map(({ line }) => line);
}

function sentence({ value, because = [] }: Answer): string {
  return [value, ...because].join(", ");
}
