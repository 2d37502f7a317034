import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { text } from 'node:stream/consumers';
import { urlHost } from '../config/address.ts';
import type { ListenAddress } from '../config/address.ts';
import type { Config } from '../config/config.ts';
import { ADMIN_FILE, readCredentials } from '../home/credentials-file.ts';
import { systemErrorCode } from '../system-error.ts';
import { CommandFailed } from './failure.ts';

const TIMEOUT_MS = 5_000;

/**
 * Asks the server on this machine whether it is ready; for container health checks. The management listener is asked
 * where there is one. The certificate is not judged: it names the issuer, and this asks an address. Where the port is
 * any free one, the server has written the one it took into `admin.json`.
 */
export async function healthcheck(config: Config): Promise<void> {
  const { host, port } = config.managementListen ?? portTaken(config);
  const tls = config.tls !== undefined && config.managementListen === undefined;
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const url = `${tls ? 'https' : 'http'}://${urlHost(address)}:${port}/health/ready`;

  const { status, body } = await new Promise<Answer>((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, rejectUnauthorized: false };
    const request = (tls ? httpsGet : httpGet)(url, options, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  }).catch((error: unknown) => {
    throw new CommandFailed({
      message: `no answer from ${url} (${systemErrorCode(error)})`,
      hint: 'is the server running, and is `AMBIT_LISTEN` the same for both?',
    });
  });
  if (status === 200) return;
  throw new CommandFailed({
    message: `${url} answers ${status}: ${reasonOf(body) ?? 'not ready'}`,
  });
}

/** What may be shown as it stands, whoever has answered at the port. */
const ONE_LINE = /^[ -~]{1,200}$/;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Why a server is not ready, in its own words: of its health, or of one that is starting. */
function reasonOf(body: string): string | undefined {
  try {
    const said = JSON.parse(body) as Partial<Record<string, unknown>> | null;
    const reason = said?.['reason'] ?? said?.['error_description'];
    return typeof reason === 'string' && ONE_LINE.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

function portTaken({ listen, home, embedded, issuer }: Config): ListenAddress {
  if (listen.port !== 0 || !embedded || issuer !== undefined) return listen;
  const { port } = new URL(readCredentials(home, ADMIN_FILE)?.url ?? 'http://localhost');
  return { ...listen, port: Number(port) };
}
