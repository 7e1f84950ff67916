/** What went wrong, in curl's numbers and words. */

export class CurlProblem extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Of a connection that stood, or of a TLS handshake on it. */
export function problemOf(error: NodeJS.ErrnoException, handshaking: boolean): CurlProblem {
  const code = error.code ?? "";
  if (code === "ECONNRESET" && error.syscall === undefined && !handshaking)
    return new CurlProblem(52, "Empty reply from server");
  if (code === "ECONNRESET") return new CurlProblem(handshaking ? 35 : 56, "Recv failure: Connection reset by peer");
  if (code === "EPIPE") return new CurlProblem(55, "Send failure: Broken pipe");
  if (code.startsWith("HPE_")) return new CurlProblem(1, "Received HTTP/0.9 when not allowed");
  if (code.startsWith("ERR_SSL_"))
    return handshaking
      ? handshakeProblem(error)
      : new CurlProblem(56, `OpenSSL SSL_read: OpenSSL/3.5.1: ${openssl(error)}, errno 0`);
  if (CERTIFICATE[code] !== undefined)
    return new CurlProblem(60, `SSL certificate problem: ${CERTIFICATE[code]}${MORE}`);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return new CurlProblem(60, `SSL: no alternative certificate subject name matches target host name${MORE}`);
  return new CurlProblem(56, `Recv failure: ${error.message}`);
}

function handshakeProblem(error: Error): CurlProblem {
  return new CurlProblem(35, `TLS connect error: ${openssl(error)}`);
}

/** Node: `00A7…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../file.c:355:`. */
function openssl({ message }: Error): string {
  const [, number, reason] = /error:(\w{8}):SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  return number === undefined ? message : `error:${number}:SSL routines::${reason}`;
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to get local issuer certificate",
  CERT_HAS_EXPIRED: "certificate has expired",
};

const MORE = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.`;
