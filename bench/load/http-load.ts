import { openConnection } from './connection.ts';
import type { Target } from './connection.ts';

/** A closed loop: every connection sends its next request when the answer to the last one is there. */
export interface Load extends Target {
  readonly connections: number;
  readonly durationMs: number;
  /** The next request, whole. */
  readonly next: () => Buffer;
  readonly onAnswer?: (answer: Buffer) => void;
}

export interface LoadFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

/** Sends requests until the time is up and waits for the last answers. Rejects on the first answer that is not 200. */
export async function runLoad(load: Load): Promise<LoadFigures> {
  const latenciesMs: number[] = [];
  const started = performance.now();
  const deadline = started + load.durationMs;
  await Promise.all(
    Array.from({ length: load.connections }, () => converse(load, deadline, latenciesMs)),
  );
  const seconds = (performance.now() - started) / 1000;
  return { requests: latenciesMs.length, seconds, latenciesMs };
}

function converse(load: Load, deadline: number, latenciesMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      connection.send(load.next());
    };
    const connection = openConnection(load, {
      onOpen: send,
      onFault(fault) {
        reject(fault);
        connection.close();
      },
      onAnswer(answer) {
        const now = performance.now();
        latenciesMs.push(now - sentAt);
        load.onAnswer?.(answer);
        if (now < deadline) {
          send();
        } else {
          resolve();
          connection.close();
        }
      },
    });
  });
}
