/** From a path to what answers it. */

import type { Kubelet } from "../../kubelet/kubelet.ts";
import { badRequest, nothingThere } from "../requests/refusals.ts";
import { logAnswer } from "../streams/log.ts";
import { proxyAnswer } from "../streams/proxy.ts";
import { aggregated, apiGroup, apiVersions, groupList, groupsOf, resourceList } from "./discovery.ts";
import type { Listing } from "./list.ts";
import { openApiIndex, openApiOf, openApiV2 } from "./openapi.ts";
import { type Answer, type ApiRequest, ok, targetOf } from "./request.ts";
import { answerResource, found, type Serving } from "./resource.ts";

const AGGREGATED = /as=APIGroupDiscoveryList/;
const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
export const VERSION = "v1.34.4";

export function route(
  serving: Serving,
  kubelet: Kubelet,
  request: ApiRequest,
  warnings: string[],
): Answer | Promise<Answer> {
  const target = targetOf(request.segments);
  if (target) return answerTarget(serving, kubelet, found(serving, request, target), warnings);
  if (request.method !== "GET") throw nothingThere();
  return answerPath(serving, request);
}

/** What a pod or a Service answers itself is no object of the store. */
function answerTarget(
  serving: Serving,
  kubelet: Kubelet,
  listing: Listing,
  warnings: string[],
): Answer | Promise<Answer> {
  const { kind, target, request } = listing;
  const { subresource = "" } = target;
  if (kind.group === "" && kind.subresources.some(({ name }) => name === subresource)) {
    if (subresource === "proxy") return proxyAnswer(serving, kubelet, listing);
    if (subresource === "log" && request.method === "GET") return logAnswer(serving, kubelet, listing);
    if (STREAMS.includes(subresource)) throw badRequest("Upgrade request required");
  }
  return serving.access.answer(listing) ?? answerResource(serving, listing, warnings);
}

const STREAMS = ["exec", "attach", "portforward"];

function answerPath({ kinds }: Serving, request: ApiRequest): Answer {
  const [root = "", group, version] = request.segments;
  const many = AGGREGATED.test(request.header("accept"));
  if (root === "api" || root === "apis") {
    const core = root === "api";
    if (group === undefined && many) return { status: 200, json: aggregated(kinds, core), type: DISCOVERY };
    if (group === undefined) return ok(core ? apiVersions(request.header("host")) : groupList(kinds));
    const body = core
      ? resourceList(kinds, "", group)
      : version === undefined
        ? apiGroup(kinds, group)
        : resourceList(kinds, group, version);
    return ok(known(body));
  }
  if (root === "openapi" && group === "v2") return openApiV2(request.header("accept"));
  if (root === "openapi" && group === "v3") return openApi(kinds, request.segments.slice(2));
  return plain(kinds, request);
}

function openApi(kinds: Serving["kinds"], [root, ...path]: readonly string[]): Answer {
  if (root === undefined) return ok(openApiIndex(kinds));
  const [group = "", version = ""] = root === "api" ? ["", ...path] : path;
  return ok(known(openApiOf(kinds, group, version)));
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw nothingThere();
  return value;
}

function plain(kinds: Serving["kinds"], { path }: ApiRequest): Answer {
  if (path === "/") return pretty({ paths: pathsOf(kinds) });
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return { status: 200, text: "ok" };
  if (path === "/version" || path === "/version/") return pretty(versionBody());
  throw nothingThere();
}

/** What people read by `kubectl get --raw`. */
function pretty(value: unknown): Answer {
  return { status: 200, text: JSON.stringify(value, undefined, 2), type: "application/json" };
}

function pathsOf(kinds: Serving["kinds"]): readonly string[] {
  const groups = groupsOf(kinds).filter(({ name }) => name !== "");
  const api = groups.flatMap(({ name, versions }) => [
    `/apis/${name}`,
    ...versions.map((version) => `/apis/${name}/${version}`),
  ]);
  return [
    "/api",
    "/api/v1",
    "/apis",
    ...api.sort(),
    "/healthz",
    "/livez",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/readyz",
    "/version",
  ];
}

function versionBody() {
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(VERSION) ?? [];
  return {
    major,
    minor,
    gitVersion: VERSION,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "go1.24",
    compiler: "gc",
    platform: "linux/amd64",
  };
}
