/** tetratelabs/customers: ten names. */
import { sendJson, serveHttp } from "../http/serve.ts";
import type { StartApp } from "../process.ts";
import { portsOf } from "./ports.ts";

const NAMES = ["Abigail", "Brianna", "Chloe", "Diana", "Emma", "Fiona", "Grace", "Hannah", "Isla", "Julia"];

export const customers: StartApp = ({ container, network, log }) =>
  serveHttp(network, portsOf(container, [3000]), log, (_, response) =>
    sendJson(
      response,
      NAMES.map((name) => ({ name })),
    ),
  );
