/**
 * Credentials from a program that the kubeconfig names (client.authentication.k8s.io), run only with consent. Own code:
 * client-node's runs anything unasked, without a time limit, once for each request in flight, and keeps a refused token.
 */
import { spawn } from "node:child_process";
import type { Cluster, User } from "@kubernetes/client-node";
import type { CredentialProgram } from "../../protocol/cluster.ts";
import type { Access } from "../kubeconfig/access.ts";
import { ApiFailure } from "./failure.ts";

/** Asks a person; whoever answers remembers the answer. */
export type Consent = (program: CredentialProgram) => Promise<"run" | "refuse">;

export interface Credential {
  readonly token?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
  readonly expires?: number;
}

/** As kubeconfig files have it; client-node leaves it untyped. */
interface Exec {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly interactiveMode?: string;
  readonly provideClusterInfo?: boolean;
  readonly installHint?: string;
}

const LIMIT = 30_000;
const LARGEST = 1_000_000;

/** Undefined where the user needs no program. */
export async function credentialFor(
  access: Access,
  consent: Consent,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  const exec = execOf(access.user);
  if (exec === undefined) return undefined;
  const args = exec.args ?? [];
  const env = exec.env ?? [];
  if (exec.interactiveMode === "Always") {
    throw failed(`${exec.command} needs a terminal to ask in (interactiveMode: Always). Use another context.`);
  }
  const program = { file: access.file, user: access.user.name, command: exec.command, args };
  const answer = await consent({ ...program, env: env.map(({ name }) => name) });
  if (answer !== "run") {
    throw failed(`User ${access.user.name} needs the program ${exec.command}, which is not allowed to run here.`);
  }
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const info = JSON.stringify(infoFor(exec, access.cluster));
  const printed = await run(exec, args, { ...process.env, ...own, KUBERNETES_EXEC_INFO: info }, signal);
  return credentialIn(exec.command, printed);
}

function execOf(user: User): Exec | undefined {
  const exec: unknown = user.exec;
  if (typeof exec !== "object" || exec === null) return undefined;
  const known = exec as Exec;
  if (typeof known.command === "string" && known.command !== "") return known;
  throw failed(`User ${user.name} has an exec plugin without a command.`);
}

function infoFor(
  { apiVersion = "client.authentication.k8s.io/v1", provideClusterInfo }: Exec,
  cluster: Cluster,
): object {
  const told = {
    server: cluster.server,
    "tls-server-name": cluster.tlsServerName,
    "insecure-skip-tls-verify": cluster.skipTLSVerify,
    "certificate-authority-data": cluster.caData,
    "proxy-url": cluster.proxyUrl,
  };
  const spec = { interactive: false, ...(provideClusterInfo === true && { cluster: told }) };
  return { apiVersion, kind: "ExecCredential", spec };
}

function run(
  { command, installHint }: Exec,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const program = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT, signal });
    let printed = "";
    let complained = "";
    program.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.length > LARGEST) program.kill();
    });
    program.stderr.setEncoding("utf8").on("data", (text: string) => {
      complained = (complained + text).slice(-2000);
    });
    program.on("error", (error) => {
      const hint = installHint ? ` ${installHint.trim().slice(0, 300)}` : "";
      reject(failed(`${command} cannot be run: ${error.message}.${hint}`));
    });
    program.on("close", (code, killed) => {
      if (code === 0) resolve(printed);
      else if (killed) reject(failed(`${command} was ended: it gave no credentials within ${LIMIT / 1000} s.`));
      else reject(failed(`${command} ended with ${code}: ${lastLine(complained)}`));
    });
  });
}

/** What a program complains of is often the only hint at what to do; what looks like a secret in it is not. */
function lastLine(text: string): string {
  const line = text.trim().split("\n").at(-1) ?? "";
  return line.replaceAll(/[\w+/=.-]{32,}/g, "…").slice(0, 200);
}

function credentialIn(command: string, printed: string): Credential {
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = statusIn(printed);
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const expires = Date.parse(text(expirationTimestamp) ?? "");
  const [bearer, certificate, key] = [text(token), text(clientCertificateData), text(clientKeyData)];
  if (bearer === undefined && certificate === undefined) {
    throw failed(`${command} printed no ExecCredential with a token or a certificate.`);
  }
  return {
    ...(bearer !== undefined && { token: bearer }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(!Number.isNaN(expires) && { expires }),
  };
}

function statusIn(printed: string): Readonly<Record<string, unknown>> {
  try {
    const credential: unknown = JSON.parse(printed);
    const { status } = (credential ?? {}) as { readonly status?: unknown };
    return typeof status === "object" && status !== null ? (status as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function failed(says: string): ApiFailure {
  return new ApiFailure("credentials", says);
}
