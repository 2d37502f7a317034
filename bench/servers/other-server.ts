import type { Options } from '../options.ts';
import type { MeasuredServer } from '../measure.ts';
import { always, formPost } from '../load/requests.ts';
import type { Row } from '../measure.ts';

/** A row for a token endpoint of somebody else's, where the command line names one. */
export function otherRow({ other }: Options, mark: string): Row[] {
  if (other === undefined) return [];
  const { hostname: host, port } = new URL(other.url);
  const server: MeasuredServer = { name: host, host, port: Number(port || 80), restingBytes: NaN };
  const next = always(formPost(other.url, other.client, other.form));
  return [{ name: `token, ${other.url}`, server, next, mark }];
}
