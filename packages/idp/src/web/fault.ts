import { isStoreUnavailable } from '../storage.ts';

/** The answer to a request that something went wrong with, of which its sender learns the id alone. */
export function faultAnswer(error: unknown, requestId: string) {
  const passing = isStoreUnavailable(error);
  return {
    status: passing ? 503 : 500,
    headers: passing ? { 'Retry-After': '5' } : {},
    body: {
      error: passing ? 'temporarily_unavailable' : 'server_error',
      error_description: `something went wrong; quote request ${requestId}`,
    },
  };
}
