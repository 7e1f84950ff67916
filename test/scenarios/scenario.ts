/**
 * A scenario file: a small mesh, what is done to it step by step, and what is then true. Whatever the format does not
 * know is refused, so that a typo fails. Nothing here knows how the expectations are checked.
 */
import { parse } from "yaml";
import { type Expectation, type ExpectedCall, expectation, expectedCall } from "./core/expectation.ts";
import type { MeshShorthand, PortShorthand, WorkloadShorthand } from "./core/world.ts";

export interface Scenario {
  readonly title: string;
  readonly why: string;
  readonly istio: string;
  readonly mesh: MeshShorthand;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly say: string;
  /** YAML as a person would give it to kubectl. */
  readonly apply?: string;
  /** `PeerAuthentication shop/default`. */
  readonly delete?: string;
  readonly expect: readonly Expectation[];
  /** Calls that worked before the step and no longer do; no others. */
  readonly losesAccess: readonly ExpectedCall[];
}

const MOST_WORKLOADS = 6;

export function readScenario(text: string): Scenario {
  const { title, why, istio, mesh, steps } = record(parse(text), "the file", SCENARIO);
  const scenario = {
    title: words(title, "title"),
    why: words(why, "why"),
    istio: words(istio, "istio"),
    mesh: meshShorthand(mesh),
    steps: list(steps, "steps").map(step),
  };
  if (scenario.steps.length === 0) throw new Error("a scenario has at least one step");
  return scenario;
}

const SCENARIO = ["title", "why", "istio", "mesh", "steps"] as const;
const STEP = ["say", "apply", "delete", "expect", "loses-access"] as const;
const MESH = ["rootNamespace", "config", "namespaces", "workloads"] as const;
const WORKLOAD = ["proxy", "app", "ports", "headless", "labels", "annotations", "hostNetwork"] as const;
const PORT = ["name", "port", "targetPort", "appProtocol"] as const;

function step(value: unknown, index: number): Step {
  const where = `step ${index + 1}`;
  const fields = record(value, where, STEP);
  const { say, apply, delete: gone, expect } = fields;
  if (apply !== undefined && gone !== undefined) throw new Error(`${where} changes two things: it applies and deletes`);
  if (index > 0 && apply === undefined && gone === undefined) throw new Error(`${where} changes nothing`);
  return {
    say: words(say, `say of ${where}`),
    ...(apply === undefined ? {} : { apply: words(apply, `apply of ${where}`) }),
    ...(gone === undefined ? {} : { delete: words(gone, `delete of ${where}`) }),
    expect: Object.entries(record(expect, `expect of ${where}`)).map(([key, answer]) =>
      expectation(key, words(answer, key)),
    ),
    losesAccess: list(fields["loses-access"] ?? [], `loses-access of ${where}`).map((line) =>
      expectedCall(words(line, where)),
    ),
  };
}

function meshShorthand(value: unknown): MeshShorthand {
  const { rootNamespace, config, namespaces, workloads } = record(value, "mesh", MESH);
  const named = Object.entries(record(workloads, "workloads"));
  if (named.length > MOST_WORKLOADS) throw new Error(`${named.length} workloads: at most ${MOST_WORKLOADS} fit a mind`);
  return {
    ...(rootNamespace === undefined ? {} : { rootNamespace: words(rootNamespace, "rootNamespace") }),
    ...(config === undefined ? {} : { config: record(config, "config") }),
    namespaces: Object.fromEntries(
      Object.entries(record(namespaces ?? {}, "namespaces")).map(([name, each]) => [name, labels(each, name)]),
    ),
    workloads: Object.fromEntries(named.map(([name, each]) => [name, workloadShorthand(each, name)])),
  };
}

const PROXIES = ["none", "sidecar", "native sidecar", "gateway", "ztunnel", "predicted"] as const;

function workloadShorthand(value: unknown, name: string): WorkloadShorthand {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(name)) throw new Error(`${name} is not namespace/name`);
  const { proxy, app, ports, headless, hostNetwork, ...more } = record(value, name, WORKLOAD);
  const known = PROXIES.find((each) => each === proxy);
  if (known === undefined) throw new Error(`proxy of ${name} is ${proxy}, not one of ${PROXIES.join(", ")}`);
  return {
    proxy: known,
    app: app === undefined ? (name.split("/")[1] ?? "") : words(app, `app of ${name}`),
    ports: list(ports ?? [], `ports of ${name}`).map(portShorthand),
    headless: headless === true,
    hostNetwork: hostNetwork === true,
    labels: labels(more.labels ?? {}, name),
    annotations: labels(more.annotations ?? {}, name),
  };
}

/** A number stands for an http port of that number in the Service and in the pod. */
function portShorthand(value: unknown): PortShorthand {
  if (typeof value === "number") return { name: `http-${value}`, port: value, targetPort: value };
  const { name, port, targetPort, appProtocol } = record(value, "port", PORT);
  if (typeof port !== "number") throw new Error(`port ${JSON.stringify(value)} has no number`);
  return {
    name: words(name, "name of a port"),
    port,
    targetPort: typeof targetPort === "number" ? targetPort : port,
    ...(appProtocol === undefined ? {} : { appProtocol: words(appProtocol, "appProtocol") }),
  };
}

function labels(value: unknown, what: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record(value, what)).map(([key, each]) => [key, words(each, `${key} of ${what}`)]),
  );
}

function words(value: unknown, what: string): string {
  if (typeof value !== "string" || value.trim() === "") throw new Error(`${what} is not a text`);
  return value.trim();
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is not a list`);
  return value;
}

function record<K extends string = string>(value: unknown, what: string, keys?: readonly K[]): Record<K, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} is not a map`);
  const unknown = Object.keys(value).find((key) => keys?.every((known) => known !== key));
  if (unknown !== undefined) throw new Error(`${what} has no key ${unknown}; its keys are ${keys?.join(", ")}`);
  return value as Record<K, unknown>;
}
