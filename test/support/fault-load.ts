import { decodeJwt } from 'jose';
import type { FaultShop } from './fault-shop.ts';
import type { OAuthAnswer } from './oauth.ts';
import { until } from './until.ts';

/** What clients keep of what they received, whatever becomes of the server. */
export interface Notes {
  /** Every token that was received, by its `jti`. */
  readonly received: Map<string, string>;
  /** Tokens whose revocation somebody has asked for; they may be revoked or not. */
  readonly doomed: Set<string>;
  /** Tokens whose revocation was acknowledged. */
  readonly revoked: Map<string, string>;
  /** Requests for changes that were acknowledged. */
  readonly changes: Set<string>;
  /** What was answered, by kind and status: `token 503`, or `token lost` where no answer came. */
  readonly answers: Map<string, number>;
  /** What must never happen, in words. */
  readonly wrong: string[];
  /** How long each introspection took, in milliseconds. */
  readonly introspectionMs: number[];
}

/** Load that goes on until it is stopped. */
export interface Load {
  /** Resolves once the last answer is in. */
  stop(): Promise<void>;
  /** Lets nobody ask anew, and everybody again after that. */
  pause(): Promise<void>;
  resume(): void;
}

export interface LoadOptions {
  readonly workers: number;
  readonly watchers?: number;
  /** Is told of every token that is received. */
  readonly onToken?: (answer: OAuthAnswer) => void;
}

const REVOKED_EVERY = 8;
const CHANGED_EVERY = 16;

export const emptyNotes = (): Notes => ({
  received: new Map(),
  doomed: new Set(),
  revoked: new Map(),
  changes: new Set(),
  answers: new Map(),
  wrong: [],
  introspectionMs: [],
});

/** How often something was answered so. */
export const answered = ({ answers }: Notes, ...kinds: readonly string[]): number =>
  kinds.reduce((sum, kind) => sum + (answers.get(kind) ?? 0), 0);

/**
 * Lets workers get tokens, introspect them and now and then revoke one, at the endpoint or as the administrator, and
 * watchers do nothing but introspect the newest. Every answer is noted; an introspection that is not what it must be is
 * wrong.
 */
export function startLoad(
  shop: FaultShop,
  notes: Notes,
  { workers, watchers = 0, onToken = () => undefined }: LoadOptions,
): Load {
  let going = true;
  let paused: PromiseWithResolvers<undefined> | undefined;
  let busy = 0;

  const count = (what: string): void => {
    notes.answers.set(what, (notes.answers.get(what) ?? 0) + 1);
  };
  /** Asks, and counts the answer; undefined where none came. */
  const ask = async <A extends { readonly status: number }>(
    kind: string,
    asking: () => Promise<A>,
  ): Promise<A | undefined> => {
    try {
      const answer = await asking();
      count(`${kind} ${answer.status}`);
      return answer;
    } catch {
      count(`${kind} lost`);
      return undefined;
    }
  };

  const introspect = async (jti: string, token: string, turn: number): Promise<void> => {
    const [revoked, doomed] = [notes.revoked.has(jti), notes.doomed.has(jti)];
    const by = turn % 2 === 0 ? 'secret' : 'assertion';
    const began = performance.now();
    const answer = await ask('introspection', () => shop.introspect(token, by));
    if (answer === undefined) return;
    notes.introspectionMs.push(performance.now() - began);
    if (answer.status !== 200) return;
    const active = answer.body['active'] === true;
    if (revoked && active) notes.wrong.push(`a revoked token is active: ${jti}`);
    if (!doomed && !notes.doomed.has(jti) && !active) {
      notes.wrong.push(`a token is not active: ${jti}`);
    }
  };
  const revoke = async (jti: string, token: string, turn: number): Promise<void> => {
    notes.doomed.add(jti);
    if (turn % CHANGED_EVERY > 0) {
      const answer = await ask('revocation', () => shop.revoke(token));
      if (answer?.status === 200) notes.revoked.set(jti, token);
      return;
    }
    const answer = await ask('change', () => shop.admin('POST /revocations', { jti }));
    if (answer?.status !== 201) return;
    notes.revoked.set(jti, token);
    notes.changes.add(answer.requestId);
  };

  let last: readonly [jti: string, token: string] | undefined;
  const useService = async (turn: number): Promise<void> => {
    const answer = await ask('token', () => shop.token());
    if (answer?.status === 200) {
      const token = String(answer.body['access_token']);
      const { jti = '' } = decodeJwt(token);
      notes.received.set(jti, token);
      onToken(answer);
      last = [jti, token];
    }
    const mine = last;
    if (mine === undefined) return;
    await introspect(...mine, turn);
    if (turn % REVOKED_EVERY > 0) return;
    await revoke(...mine, turn);
    await introspect(...mine, turn);
  };

  const watch = async (turn: number): Promise<void> => {
    if (last) await introspect(...last, turn);
    else await new Promise((resolve) => setImmediate(resolve));
  };

  const working = Array.from({ length: workers + watchers }, async (_, number) => {
    const work = number < workers ? useService : watch;
    for (let turn = number; going; turn += 1) {
      await paused?.promise;
      busy += 1;
      await work(turn);
      busy -= 1;
    }
  });
  const resume = (): void => {
    paused?.resolve(undefined);
    paused = undefined;
  };
  return {
    async pause() {
      paused ??= Promise.withResolvers();
      await until(() => busy === 0);
    },
    resume,
    async stop() {
      going = false;
      resume();
      await Promise.all(working);
    },
  };
}
