/** What a route does to a request on its way: rewrites, headers, faults. Istio: networking/v1 virtual_service.proto. */
import type { HeaderChange, HttpRoute } from "../../dataplane/config.ts";
import { milliseconds } from "./duration.ts";

interface WrittenHeaders {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

interface Share {
  readonly percentage?: { readonly value?: number };
  readonly percent?: number;
}

export interface WrittenChanges {
  readonly rewrite?: { readonly uri?: string; readonly authority?: string };
  readonly headers?: { readonly request?: WrittenHeaders; readonly response?: WrittenHeaders };
  readonly fault?: {
    readonly abort?: Share & { readonly httpStatus?: number };
    readonly delay?: Share & { readonly fixedDelay?: string };
  };
}

export function rewriteOf({ rewrite }: WrittenChanges): Pick<HttpRoute, "rewrite"> {
  return rewrite === undefined ? {} : { rewrite };
}

export function headersOf({ headers }: WrittenChanges): Pick<HttpRoute, "requestHeaders" | "responseHeaders"> {
  const { request, response } = headers ?? {};
  return {
    ...(request === undefined ? {} : { requestHeaders: change(request) }),
    ...(response === undefined ? {} : { responseHeaders: change(response) }),
  };
}

function change({ set = {}, add = {}, remove = [] }: WrittenHeaders): HeaderChange {
  return { set, add, remove };
}

export function faultOf({ fault }: WrittenChanges): Pick<HttpRoute, "fault"> {
  if (fault === undefined) return {};
  const { abort, delay } = fault;
  const status = abort?.httpStatus;
  const ms = milliseconds(delay?.fixedDelay);
  return {
    fault: {
      ...(abort === undefined || status === undefined ? {} : { abort: { status, percent: percentOf(abort) } }),
      ...(delay === undefined || ms === undefined ? {} : { delay: { ms, percent: percentOf(delay) } }),
    },
  };
}

/** Without a share a fault is for no request. Istio: networking/v1 virtual_service.proto HTTPFaultInjection. */
function percentOf({ percentage, percent }: Share): number {
  return (percentage === undefined ? percent : percentage.value) ?? 0;
}
