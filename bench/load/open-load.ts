import { openConnection } from './connection.ts';
import type { Connection, Target } from './connection.ts';

/** An open loop: requests come at their own pace, whether those before them are answered or not. */
export interface OpenLoad extends Target {
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly durationMs: number;
  readonly next: () => Buffer;
}

/** What came of an open loop. */
export interface OpenFigures {
  readonly requests: number;
  /** From the moment a request was due, in milliseconds. */
  readonly latenciesMs: readonly number[];
}

/**
 * Sends requests evenly at a fixed rate. Rejects on the first answer that is not 200.
 *
 * A latency counts from when its request was due: one that had to wait for a connection, because the server was slow with
 * others, has waited all the same. A closed loop leaves that out, since it stops asking where it is not answered (coordinated
 * omission). Each connection has been answered once before anything counts: hundreds that come in one moment are another load.
 */
export async function runOpenLoad(load: OpenLoad): Promise<OpenFigures> {
  const { requestsPerSecond, durationMs } = load;
  const total = Math.floor((requestsPerSecond * durationMs) / 1000);
  const latenciesMs: number[] = [];
  const { idle, close } = await openPool(load, latenciesMs);
  const started = performance.now();
  const dueAt = (index: number): number => started + (index * 1000) / requestsPerSecond;
  let sent = 0;
  try {
    while (latenciesMs.length < total) {
      while (sent < total && idle.length > 0 && dueAt(sent) <= performance.now()) {
        idle.shift()?.(load.next(), dueAt(sent)); // in turn, so that none is idle until it is closed
        sent += 1;
      }
      // A timer would come too late: this process has a core to itself.
      await new Promise(setImmediate);
      if (close.fault) throw close.fault;
    }
  } finally {
    close.all();
  }
  return { requests: total, latenciesMs };
}

type Send = (request: Buffer, dueAt: number) => void;

async function openPool(load: OpenLoad, latenciesMs: number[]) {
  const idle: Send[] = [];
  const opened: Connection[] = [];
  const close: { fault?: Error; all(): void } = {
    all() {
      for (const connection of opened) connection.close();
    },
  };
  await Promise.all(
    Array.from(
      { length: load.connections },
      () =>
        new Promise<void>((resolve, reject) => {
          let due: number | undefined;
          const send: Send = (request, dueAt) => {
            due = dueAt;
            connection.send(request);
          };
          const connection = openConnection(load, {
            onOpen() {
              connection.send(load.next());
            },
            onAnswer() {
              if (due !== undefined) latenciesMs.push(performance.now() - due);
              idle.push(send);
              resolve();
            },
            onFault(fault) {
              close.fault ??= fault;
              reject(fault);
            },
          });
          opened.push(connection);
        }),
    ),
  );
  return { idle, close };
}
