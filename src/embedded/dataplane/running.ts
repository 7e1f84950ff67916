/** What the parts of a running proxy share: where it stands, what it was told last, and what it counts. */
import type { Address, Network } from "../network/network.ts";
import type { Identity, ProxyConfig } from "./config.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

export interface Running {
  readonly network: Network;
  readonly ip: string;
  readonly telemetry: Telemetry;
  config(): ProxyConfig;
  identity(): Identity;
}

/** The downstream side of a connection, as filters learn it before they serve it. */
export interface Downstream {
  readonly from: Address;
  readonly to: Address;
  readonly serverName?: string;
  /** Of a client that showed a certificate of the mesh. */
  readonly certificate?: ClientCertificate;
}

export interface ClientCertificate {
  readonly spiffe: string;
  /** Its element of X-Forwarded-Client-Cert. */
  readonly element: string;
}
