/** tetratelabs/web-frontend: a page made of what the customers service answers, or of the error when it does not. */
import { call } from "../http/call.ts";
import { sendText, serveHttp } from "../http/serve.ts";
import type { StartApp } from "../process.ts";
import { portsOf } from "./ports.ts";

export const webFrontend: StartApp = ({ container, network, log }) =>
  serveHttp(network, portsOf(container, [8080]), log, async (_, response) => {
    const answer = await call(network, container.env.CUSTOMER_SERVICE_URL ?? "");
    const works = answer.ok && answer.status === 200;
    const shown = answer.ok ? (works ? answer.body : String(answer.status)) : answer.code;
    sendText(
      response,
      `<html><body><h1>CUSTOMERS</h1><pre>${escaped(shown)}</pre></body></html>\n`,
      "text/html",
      works ? 200 : 500,
    );
  });

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
