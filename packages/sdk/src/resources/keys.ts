import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import type { WireKey } from '../wire/governance.ts';

const READ = { needs: ['ambit.key:read'] };
const ROTATE = { needs: ['ambit.key:rotate'] };

/** The signing keys. Changes answer with the keys they touched. */
export const keysResource = (connection: Connection) => ({
  list: (): Promise<Page<WireKey>> => connection.list('/keys', READ),

  rotate: (alg?: string): Promise<Page<WireKey>> =>
    connection.request('POST', '/keys/rotate', {
      ...ROTATE,
      body: present({ alg }),
    }),

  retire: (kid: string): Promise<Page<WireKey>> =>
    connection.request('POST', `/keys/${encodeURIComponent(kid)}/retire`, ROTATE),

  destroy: (kid: string): Promise<Page<WireKey>> =>
    connection.request('POST', `/keys/${encodeURIComponent(kid)}/destroy`, ROTATE),
});
