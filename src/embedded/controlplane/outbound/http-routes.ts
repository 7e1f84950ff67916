/** The http routes of a VirtualService, as a proxy follows them. Istio: pilot/pkg/networking/core/route/route.go BuildHTTPRoutesForVirtualService. */
import { hasLabels } from "../../../mesh/labels.ts";
import { fullHost } from "../../../mesh/registry/host.ts";
import type { Scope } from "../../../mesh/registry/scope.ts";
import type { VirtualService } from "../../../mesh/resources/istio.ts";
import type { Labels } from "../../../mesh/resources/meta.ts";
import type { HttpAction, HttpMatch, HttpRoute, StringMatch } from "../../dataplane/config.ts";
import { clusterName } from "./clusters.ts";
import { milliseconds } from "./duration.ts";
import { faultOf, headersOf, rewriteOf, type WrittenChanges } from "./http-changes.ts";

type WrittenMatch = { readonly exact?: string; readonly prefix?: string; readonly regex?: string };

interface WrittenRequest {
  readonly uri?: WrittenMatch;
  readonly method?: WrittenMatch;
  readonly authority?: WrittenMatch;
  readonly headers?: Readonly<Record<string, WrittenMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, WrittenMatch>>;
  readonly queryParams?: Readonly<Record<string, WrittenMatch>>;
  readonly ignoreUriCase?: boolean;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Labels;
  readonly sourceNamespace?: string;
  readonly port?: number;
}

interface WrittenDestination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number?: number };
}

export interface WrittenRoute extends WrittenChanges {
  readonly name?: string;
  readonly match?: readonly WrittenRequest[];
  readonly route?: readonly { readonly destination: WrittenDestination; readonly weight?: number }[];
  readonly redirect?: {
    readonly uri?: string;
    readonly authority?: string;
    readonly scheme?: string;
    readonly redirectCode?: number;
  };
  readonly directResponse?: { readonly status: number; readonly body?: { readonly string?: string } };
  readonly timeout?: string;
  readonly retries?: { readonly attempts?: number; readonly perTryTimeout?: string; readonly retryOn?: string };
  readonly mirror?: WrittenDestination;
}

/** The routes of a VirtualService as they are written: the http ones where nothing is said. */
export type RoutesWritten = (
  virtualService: VirtualService,
  protocol?: "http" | "tcp" | "tls",
) => readonly WrittenRoute[];

/** Who asks: a sidecar at a port of a service, or a gateway by its name. */
export interface RoutedProxy {
  readonly namespace: string;
  readonly labels: Labels;
  /** `mesh`, or `<namespace>/<name>` of the Gateway. */
  readonly gateway: string;
  readonly port: number;
}

/** What Istio retries where a route does not say. Istio: pilot/pkg/networking/core/route/retry/retry.go DefaultPolicy. */
export const DEFAULT_RETRIES = { attempts: 2, on: "connect-failure,refused-stream,unavailable,cancelled" };

/** Routes whose conditions on the proxy do not hold are left out. */
export function httpRoutesOf(
  scope: Scope,
  routes: readonly WrittenRoute[],
  namespace: string,
  proxy: RoutedProxy,
): readonly HttpRoute[] {
  return routes.flatMap((route): readonly HttpRoute[] => {
    const { match = [] } = route;
    const possible = match.filter((each) => concerns(each, namespace, proxy));
    if (match.length > 0 && possible.length === 0) return [];
    const { timeout, retries } = route;
    const limit = milliseconds(timeout);
    const perTry = milliseconds(retries?.perTryTimeout);
    const policy =
      retries === undefined
        ? DEFAULT_RETRIES
        : {
            attempts: retries.attempts ?? 0,
            on: retries.retryOn ?? DEFAULT_RETRIES.on,
            ...(perTry === undefined ? {} : { perTry }),
          };
    return [
      {
        ...(route.name === undefined ? {} : { name: route.name }),
        matches: possible.map(matchOf),
        action: actionOf(scope, route, namespace, proxy),
        retries: policy,
        ...(limit === undefined || limit === 0 ? {} : { timeout: limit }),
        ...rewriteOf(route),
        ...headersOf(route),
        ...faultOf(route),
        ...(route.mirror === undefined ? {} : { mirror: clusterAt(scope, route.mirror, namespace, proxy) }),
      },
    ];
  });
}

function concerns(
  { gateways = [], sourceLabels = {}, sourceNamespace, port }: WrittenRequest,
  namespace: string,
  proxy: RoutedProxy,
) {
  const names = gateways.map((name) => (name === "mesh" || name.includes("/") ? name : `${namespace}/${name}`));
  return (
    (names.length === 0 || names.includes(proxy.gateway)) &&
    (proxy.gateway !== "mesh" || hasLabels(proxy.labels, sourceLabels)) &&
    (sourceNamespace === undefined || sourceNamespace === proxy.namespace) &&
    (port === undefined || port === proxy.port)
  );
}

function matchOf(match: WrittenRequest): HttpMatch {
  const all = (of: Readonly<Record<string, WrittenMatch>> = {}) =>
    Object.fromEntries(Object.entries(of).map(([name, each]) => [name, stringMatch(each)]));
  const path = match.uri === undefined ? undefined : stringMatch(match.uri);
  return {
    ...(path === undefined ? {} : { path: { ...path, ...(match.ignoreUriCase === true ? { ignoreCase: true } : {}) } }),
    ...(match.method === undefined ? {} : { method: stringMatch(match.method) }),
    headers: {
      ...all(match.headers),
      ...(match.authority === undefined ? {} : { ":authority": stringMatch(match.authority) }),
    },
    withoutHeaders: all(match.withoutHeaders),
    query: all(match.queryParams),
  };
}

/** An empty match of a header asks that it is there. */
function stringMatch({ exact, prefix, regex }: WrittenMatch): StringMatch {
  if (exact !== undefined) return { type: "exact", value: exact };
  if (prefix !== undefined) return { type: "prefix", value: prefix };
  if (regex !== undefined) return { type: "regex", value: regex };
  return { type: "present", value: "" };
}

function actionOf(scope: Scope, route: WrittenRoute, namespace: string, proxy: RoutedProxy): HttpAction {
  const { redirect, directResponse } = route;
  if (redirect !== undefined) {
    const { uri, authority, scheme, redirectCode = 301 } = redirect;
    return {
      type: "redirect",
      code: redirectCode,
      ...(uri === undefined ? {} : { uri }),
      ...(authority === undefined ? {} : { authority }),
      ...(scheme === undefined || scheme === "" ? {} : { scheme }),
    };
  }
  if (directResponse !== undefined) {
    return { type: "direct", status: directResponse.status, body: directResponse.body?.string ?? "" };
  }
  const destinations = route.route ?? [];
  return {
    type: "clusters",
    weighted: destinations.map(({ destination, weight }) => ({
      cluster: clusterAt(scope, destination, namespace, proxy),
      weight: weight ?? (destinations.length === 1 ? 100 : 0),
    })),
  };
}

/**
 * A destination without a port keeps the one that was called. A gateway takes the only port of the service where there is but
 * one; of services a sidecar's routes know no other port than theirs. Istio: route.go GetDestinationCluster, httproute.go BuildSidecarOutboundVirtualHosts.
 */
function clusterAt(
  scope: Scope,
  { host, subset, port }: WrittenDestination,
  namespace: string,
  { gateway, port: called }: RoutedProxy,
): string {
  const full = fullHost(host, namespace);
  const ports = scope.services.get(full)?.ports ?? [];
  const only = gateway !== "mesh" && ports.length === 1 ? ports[0]?.port : undefined;
  return clusterName(full, port?.number ?? only ?? called, subset);
}
