/** WebSockets of pods: exec, attach, port-forward. What is wrong is answered before the connection changes its protocol. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { Kubelet } from "../../kubelet/kubelet.ts";
import { type ApiRequest, isSet, targetOf } from "../http/request.ts";
import { found, type Serving } from "../http/resource.ts";
import { badRequest, nothingThere } from "../requests/refusals.ts";
import { ApiError } from "../status.ts";
import { EXEC_PROTOCOLS, runExec } from "./exec.ts";
import { containerOf, isOnNode, podOf } from "./pods.ts";
import { FORWARD_PROTOCOLS, runPortForward } from "./port-forward.ts";

const LARGEST_MESSAGE = 8 * 1024 * 1024;
const execServer = new WebSocketServer({
  noServer: true,
  maxPayload: LARGEST_MESSAGE,
  handleProtocols: (offered) => EXEC_PROTOCOLS.find((each) => offered.has(each)) ?? false,
});
/** Its protocol has a slash in its name, which `ws` takes for a fault, so it is agreed on past `ws`. */
const forwardServer = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
forwardServer.on("headers", (headers) => headers.push(`Sec-WebSocket-Protocol: ${FORWARD_PROTOCOLS[0]}`));

export function upgradePod(
  serving: Serving,
  kubelet: Kubelet,
  request: ApiRequest,
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const target = targetOf(request.segments);
  const { subresource = "" } = target ?? {};
  if (target?.plural !== "pods" || !["exec", "attach", "portforward"].includes(subresource)) throw nothingThere();
  const listing = found(serving, request, target);
  const { pod, ref } = podOf(serving, listing);
  if (!isOnNode(pod)) throw badRequest(`pod ${ref.name} does not have a host assigned`);
  const { query } = request;
  const container = subresource === "portforward" ? "" : containerOf(pod, query.get("container") ?? "");
  const argv = query.getAll("command");
  if (subresource === "exec" && argv.length === 0)
    throw badRequest("you must specify at least 1 command for the container");
  checkProtocol(request, subresource === "portforward" ? FORWARD_PROTOCOLS : EXEC_PROTOCOLS);
  if (subresource === "portforward") {
    delete incoming.headers["sec-websocket-protocol"];
    forwardServer.handleUpgrade(incoming, socket, head, (websocket) => runPortForward(kubelet, websocket, ref));
    return;
  }
  const execution = { ref, container, argv, stdin: isSet(query, "stdin"), tty: isSet(query, "tty") };
  execServer.handleUpgrade(incoming, socket, head, (websocket) => void runExec(kubelet, websocket, execution));
}

function checkProtocol(request: ApiRequest, known: readonly string[]): void {
  const offered = request
    .header("sec-websocket-protocol")
    .split(",")
    .map((each) => each.trim());
  if (request.header("upgrade").toLowerCase() === "websocket" && known.some((each) => offered.includes(each))) return;
  const text = `unable to upgrade: ${known.join(" or ")} over WebSocket is served; kubectl 1.30 and later speak it`;
  throw new ApiError(400, "BadRequest", text);
}
