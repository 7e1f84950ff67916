/** The API's proxy to pods and Services: `…/pods/web:80/proxy/path`, `…/services/http:web:80/proxy/path`. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Kubelet, PodRef } from "../../kubelet/kubelet.ts";
import type { Listing } from "../http/list.ts";
import type { Answer } from "../http/request.ts";
import type { Serving } from "../http/resource.ts";
import { listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { notFound } from "../requests/refusals.ts";
import { ApiError } from "../status.ts";
import { podOf } from "./pods.ts";

interface Destination {
  readonly ref: PodRef;
  readonly port: number;
}

export function proxyAnswer(serving: Serving, kubelet: Kubelet, listing: Listing): Promise<Answer> {
  const { kind, target } = listing;
  const [scheme, name, port] = partsOf(target.name ?? "");
  if (scheme === "https") throw unavailable("the proxy speaks http to pods, not https");
  const destination =
    kind.plural === "pods" ? podPort(serving, listing, name, port) : servicePort(serving, listing, name, port);
  return forwarded(kubelet, listing, destination);
}

/** `name`, `name:port`, `scheme:name:port`. */
function partsOf(text: string): readonly [scheme: string, name: string, port: string] {
  const [first = "", second = "", third] = text.split(":");
  return third === undefined ? ["", first, second] : [first, second, third];
}

function unavailable(message: string): ApiError {
  return new ApiError(503, "ServiceUnavailable", message);
}

function podPort(serving: Serving, listing: Listing, name: string, port: string): Destination {
  const { pod, ref } = podOf(serving, listing, name);
  const ports = mapsOf(mapOf(pod.spec).containers).flatMap(({ ports: own }) => mapsOf(own));
  const first = Number(ports[0]?.containerPort ?? 80);
  return { ref, port: port === "" ? first : Number(port) };
}

/** Kubernetes: pkg/registry/core/service/storage/storage.go ResourceLocation. */
function servicePort(
  { resources, kinds }: Serving,
  { kind, target }: Listing,
  name: string,
  asked: string,
): Destination {
  const { namespace = "" } = target;
  const service = resources.find(kind, { namespace, name });
  if (!service) throw notFound(kind, name);
  const port = portName(service, asked);
  const slices = kinds.byResource("discovery.k8s.io", "endpointslices");
  const own = slices
    ? resources
        .list(slices, namespace)
        .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    : [];
  const ready = own.flatMap((slice) => destinations(slice, port, namespace));
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (chosen === undefined) throw unavailable(`no endpoints available for service "${name}"`);
  return chosen;
}

/** Endpoints know the port by its name. */
function portName(service: KubernetesObject, asked: string): string {
  if (!/^\d+$/.test(asked)) return asked;
  const found = mapsOf(mapOf(service.spec).ports).find(({ port }) => String(port) === asked);
  if (!found) throw unavailable(`no service port ${asked} found for service "${service.metadata.name}"`);
  return textOf(found.name);
}

function destinations({ ports, endpoints }: KubernetesObject, name: string, namespace: string): readonly Destination[] {
  const port = mapsOf(ports).find((each) => textOf(each.name) === name)?.port;
  if (typeof port !== "number") return [];
  return mapsOf(endpoints).flatMap((endpoint: JsonMap) => {
    const pod = textOf(mapOf(endpoint.targetRef).name);
    const ready = mapOf(endpoint.conditions).ready !== false && listOf(endpoint.addresses).length > 0;
    return ready && pod !== "" ? [{ ref: { namespace, name: pod }, port }] : [];
  });
}

/** Headers that are for one hop only. */
const ONE_HOP = ["connection", "keep-alive", "transfer-encoding", "upgrade"];
/** What of the client's headers concerns the pod; its token is for the API alone. */
const PASSED_ON = ["accept", "content-type", "user-agent"];

function forwarded(kubelet: Kubelet, { request, target }: Listing, { ref, port }: Destination): Promise<Answer> {
  const search = request.query.toString();
  const slash = request.path.endsWith("/") && target.rest.length > 0 ? "/" : "";
  const path = `/${target.rest.map(encodeURIComponent).join("/")}${slash}${search === "" ? "" : `?${search}`}`;
  return new Promise((resolve, reject) => {
    const socket = kubelet.dial(ref, port);
    const outgoing = httpRequest({
      createConnection: () => socket,
      method: request.method,
      path,
      headers: headersOf(request, `${ref.name}:${port}`),
      signal: request.signal,
    });
    outgoing.on("response", (response) => resolve(answerOf(response)));
    outgoing.on("error", (error) => reject(unavailable(`error trying to reach service: ${error.message}`)));
    outgoing.end(request.body);
  });
}

function headersOf(request: Listing["request"], host: string): Readonly<Record<string, string>> {
  const kept = PASSED_ON.filter((name) => request.header(name) !== "");
  return { host, connection: "close", ...Object.fromEntries(kept.map((name) => [name, request.header(name)])) };
}

function answerOf(response: IncomingMessage): Answer {
  const headers = Object.entries(response.headers).flatMap(([name, value]): readonly (readonly [string, string])[] =>
    value === undefined || ONE_HOP.includes(name) ? [] : [[name, String(value)]],
  );
  return {
    status: response.statusCode ?? 502,
    type: response.headers["content-type"] ?? "application/octet-stream",
    stream: response,
    headers: Object.fromEntries(headers),
  };
}
