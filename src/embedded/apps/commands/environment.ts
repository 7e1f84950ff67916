/** What every command of a container finds in its environment. */
import type { AppContext } from "../process.ts";

export function environmentOf({ container, network }: AppContext): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOSTNAME: network.hostname,
    HOME: "/root",
    ...container.env,
  };
}
