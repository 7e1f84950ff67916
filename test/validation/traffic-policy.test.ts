/** What istiod's webhook refuses of the settings in a traffic policy. */
import { webhookTellsApart } from "./cases.ts";

const rule = (fields: object) => ({ host: "web", ...fields });
const policy = (trafficPolicy: object) => rule({ trafficPolicy });
const AT = "/spec/trafficPolicy";

describe("istiod on limits and outliers", () => {
  const outlier = (outlierDetection: object) => policy({ outlierDetection });
  const http = (fields: object) => policy({ connectionPool: { http: fields } });
  const tcp = (fields: object) => policy({ connectionPool: { tcp: fields } });
  const O = `${AT}/outlierDetection`;
  const H = `${AT}/connectionPool/http`;
  const T = `${AT}/connectionPool/tcp`;
  const long = "only durations to ms precision are supported";
  const local =
    "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false";
  const old =
    "outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead";
  webhookTellsApart("DestinationRule", [
    [
      "a percentage is at most 100",
      outlier({ maxEjectionPercent: 101 }),
      [`${O}/maxEjectionPercent: percentage 101 is not in range 0..100`],
      outlier({ maxEjectionPercent: 100 }),
    ],
    [
      "a percentage is at least 0",
      outlier({ minHealthPercent: -1 }),
      [`${O}/minHealthPercent: percentage -1 is not in range 0..100`],
      outlier({ minHealthPercent: 0 }),
    ],
    [
      "local failures are told apart before they are counted",
      outlier({ consecutiveLocalOriginFailures: 1 }),
      [`${O}/consecutiveLocalOriginFailures: ${local}`],
      outlier({ consecutiveLocalOriginFailures: 1, splitExternalLocalOriginErrors: true }),
    ],
    [
      "consecutive errors are old",
      outlier({ consecutiveErrors: 1 }),
      [`warning ${O}/consecutiveErrors: ${old}`],
      outlier({ consecutiveErrors: 0 }),
    ],
    [
      "times of outliers are whole milliseconds",
      outlier({ interval: "1.5ms", baseEjectionTime: "2.5ms" }),
      [`${O}/baseEjectionTime: ${long}`, `${O}/interval: ${long}`],
      outlier({ interval: "15ms" }),
    ],
    [
      "a pool limits something",
      policy({ connectionPool: {} }),
      [`${AT}/connectionPool: connection pool must have at least one field`],
      policy({ connectionPool: { http: {} } }),
    ],
    [
      "counts are not negative",
      http({
        http1MaxPendingRequests: -1,
        http2MaxRequests: -1,
        maxRequestsPerConnection: -1,
        maxRetries: -1,
        maxConcurrentStreams: -1,
      }),
      [
        `${H}/http1MaxPendingRequests: http1 max pending requests must be non-negative`,
        `${H}/http2MaxRequests: http2 max requests must be non-negative`,
        `${H}/maxRequestsPerConnection: max requests per connection must be non-negative`,
        `${H}/maxRetries: max retries must be non-negative`,
        `${H}/maxConcurrentStreams: max concurrent streams must be non-negative`,
      ],
      http({ maxRetries: 0 }),
    ],
    [
      "an upgrade does not follow the client's protocol",
      http({ h2UpgradePolicy: "UPGRADE", useClientProtocol: true }),
      [`${H}/useClientProtocol: use client protocol must not be true when H2UpgradePolicy is UPGRADE`],
      http({ h2UpgradePolicy: "DO_NOT_UPGRADE", useClientProtocol: true }),
    ],
    [
      "keep-alive has an interval and a timeout",
      http({ http2KeepAlive: {} }),
      [
        `${H}/http2KeepAlive: http2 keepalive interval is required`,
        `${H}/http2KeepAlive: http2 keepalive timeout is required`,
      ],
      http({ http2KeepAlive: { interval: "1s", timeout: "1s" } }),
    ],
    [
      "times of keep-alive are whole milliseconds",
      http({ idleTimeout: "1.5ms", http2KeepAlive: { interval: "1.5ms", timeout: "1.5ms" } }),
      [`${H}/idleTimeout: ${long}`, `${H}/http2KeepAlive/interval: ${long}`, `${H}/http2KeepAlive/timeout: ${long}`],
      http({ idleTimeout: "1ms" }),
    ],
    [
      "connections are not negative",
      tcp({ maxConnections: -1 }),
      [`${T}/maxConnections: max connections must be non-negative`],
      tcp({ maxConnections: 0 }),
    ],
    [
      "idle for no time means no timeout",
      tcp({ idleTimeout: "1.5ms" }),
      [`${T}/idleTimeout: ${long}`],
      tcp({ idleTimeout: "0s" }),
    ],
    [
      "idle times are not negative",
      tcp({ idleTimeout: "-1s" }),
      [`${T}/idleTimeout: duration must be greater than 1ms`],
      tcp({ idleTimeout: "0.5ms" }),
    ],
    [
      "times of connections are whole milliseconds",
      tcp({ maxConnectionDuration: "1.5ms", tcpKeepalive: { time: "1.5ms", interval: "1.5ms" } }),
      [`${T}/maxConnectionDuration: ${long}`, `${T}/tcpKeepalive/time: ${long}`, `${T}/tcpKeepalive/interval: ${long}`],
      tcp({ maxConnectionDuration: "1m" }),
    ],
  ]);
});

describe("istiod on load balancing", () => {
  const balance = (loadBalancer: object) => policy({ loadBalancer });
  const hash = (consistentHash: object) => balance({ consistentHash });
  const cookie = (httpCookie: object) => hash({ httpCookie: { name: "c", ...httpCookie } });
  const maglev = (tableSize: number) => hash({ maglev: { tableSize } });
  const warmup = (fields: object) => balance({ warmup: { duration: "1s", ...fields } });
  const L = `${AT}/loadBalancer`;
  const C = `${L}/consistentHash`;
  const M = `${C}/maglev/tableSize`;
  const notPrime = "tableSize must be a prime number for maglev";
  const ring = "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead";
  webhookTellsApart("DestinationRule", [
    ["a cookie has a name", cookie({ name: "" }), [`${C}/httpCookie/name: name required for HttpCookie`], cookie({})],
    [
      "an attribute of a cookie has a name",
      cookie({ attributes: [{ name: "" }] }),
      [`${C}/httpCookie/attributes/0/name: cookie attribute name cannot be empty`],
      cookie({ attributes: [{ name: "a" }] }),
    ],
    [
      "attributes of a cookie differ",
      cookie({ attributes: [{ name: "a" }, { name: "a" }] }),
      [`${C}/httpCookie/attributes/1/name: duplicate cookie attribute name: a`],
      cookie({ attributes: [{ name: "a" }, { name: "b" }] }),
    ],
    [
      "the size of a ring is old beside the hash",
      hash({ minimumRingSize: 1 }),
      [`warning ${C}/minimumRingSize: ${ring}`],
      hash({ ringHash: { minimumRingSize: 1 } }),
    ],
    [
      "the size of a ring stands once",
      hash({ minimumRingSize: 1, ringHash: {} }),
      [
        `warning ${C}/minimumRingSize: ${ring}`,
        `${C}/minimumRingSize: only one of MinimumRingSize or Maglev/Ringhash can be specified`,
      ],
      hash({ minimumRingSize: 0, ringHash: {} }),
    ],
    [
      "a table of maglev has a size",
      maglev(0),
      [`${M}: tableSize must be set for maglev`, `${M}: ${notPrime}`],
      maglev(3),
    ],
    ["the size of a table is prime", maglev(65535), [`${M}: ${notPrime}`], maglev(65537)],
    ["the square of a prime is not prime", maglev(9), [`${M}: ${notPrime}`], maglev(11)],
    [
      "the size of a table has a limit",
      maglev(5_000_011),
      [`${M}: tableSize must be less than 5000011 for maglev`],
      maglev(4_999_999),
    ],
    [
      "even sizes beyond the limit are not prime either",
      maglev(6_000_000),
      [`${M}: tableSize must be less than 5000011 for maglev`, `${M}: ${notPrime}`],
      maglev(2),
    ],
    [
      "warming up grows",
      warmup({ aggression: 0 }),
      [`${L}/warmup/aggression: aggression should be greater than 0`],
      warmup({ aggression: 0.5 }),
    ],
    [
      "warming up takes whole milliseconds",
      warmup({ duration: "1.5ms" }),
      [`${L}/warmup/duration: only durations to ms precision are supported`],
      warmup({ minimumPercent: 100 }),
    ],
    [
      "regions are balanced in one way",
      balance({ localityLbSetting: {}, zoneAwareLbSetting: {} }),
      [`${L}/zoneAwareLbSetting: only one of localityLbSetting and zoneAwareLbSetting can be set`],
      balance({ zoneAwareLbSetting: {} }),
    ],
  ]);
});
