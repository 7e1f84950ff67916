/** `pilot-agent request GET …`: what the proxy of this container tells about itself. */
import { Failure, type Process } from "../shell/program.ts";

export function pilotAgent({ args, context, stdout }: Process): number {
  const [command, method = "", path = ""] = args;
  const { proxy } = context;
  if (command !== "request" || proxy === undefined)
    throw new Failure(`"${command ?? ""}" is not built in: request is, in the container of a proxy`);
  if (method.toUpperCase() !== "GET") throw new Failure("only GET is built in");
  const url = new URL(path, "http://localhost/");
  switch (url.pathname) {
    case "/stats":
      stdout(filtered(url.searchParams.get("format") === "prometheus" ? proxy.prometheus() : proxy.stats(), url));
      return 0;
    case "/stats/prometheus":
      stdout(filtered(proxy.prometheus(), url));
      return 0;
    case "/ready":
      stdout("LIVE\n");
      return 0;
    default:
      throw new Failure(`${url.pathname} is not built in: stats, stats/prometheus and ready are`);
  }
}

function filtered(text: string, url: URL): string {
  const filter = url.searchParams.get("filter");
  if (filter === null) return text;
  const lines = text.split("\n").filter((line) => new RegExp(filter).test(line));
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}
