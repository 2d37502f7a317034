import { present } from '@ambit/scope-catalog';
import type { IssuedCheckpoint } from '../../audit/write-checkpoint.ts';
import { toTime } from './time.ts';

/** A checkpoint as it is handed out: what it states, the signed statement itself, and the key that verifies it. */
export const toWireCheckpoint = ({ statement, states, publicJwk }: IssuedCheckpoint): object => ({
  number: states.number,
  time: toTime(states.issuedAt * 1000),
  chains: states.chains.map(({ writer, sequence, digest, base }) => ({
    ...{ writer, sequence, digest },
    ...present({ base }),
  })),
  checkpoint: statement,
  jwk: publicJwk,
});
