/** What a process can be asked by another: a name, what is sent along, and what is answered; both plain data. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** What is sent along, if anything. */
type Argument<C extends Calls, N extends keyof C> = Parameters<C[N]>;

/** Answers what a process can be asked. */
export type Answers<C extends Calls> = {
  readonly [N in keyof C]: (
    ...argument: Argument<C, N>
  ) => ReturnType<C[N]> | Promise<ReturnType<C[N]>>;
};

/** How messages come and go between two processes. */
export interface Wire {
  send(message: object): void;
  /** Is told of every message that comes. */
  listen(heard: (message: unknown) => void): void;
}

/** The other process, as this one speaks to it. */
export interface Channel<Theirs extends Calls> {
  /** Asks, and resolves with the answer; rejects when the other process fails to answer, or has ended. */
  ask<N extends keyof Theirs & string>(
    name: N,
    ...argument: Argument<Theirs, N>
  ): Promise<Awaited<ReturnType<Theirs[N]>>>;
  /** Says something that needs no answer. */
  tell<N extends keyof Theirs & string>(name: N, ...argument: Argument<Theirs, N>): void;
  /** Is to be called when the other process has ended: whoever waits for an answer is told. */
  end(): void;
}

type Message =
  | { readonly call: string; readonly argument: unknown; readonly id?: number }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly fault: string };

/** What else passes between two processes of a cluster is not ours. */
const isOurs = (message: unknown): message is { readonly ambit: Message } =>
  typeof message === 'object' && message !== null && 'ambit' in message;

/** Makes the channel to another process, which answers what that asks with `ours`. */
export function createChannel<Theirs extends Calls, Ours extends Calls>(
  wire: Wire,
  ours: Answers<Ours>,
): Channel<Theirs> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let newest = 0;
  let ended = false;
  const send = (message: Message): void => {
    if (!ended) wire.send({ ambit: message });
  };

  const answer = async (name: string, argument: unknown, id?: number): Promise<void> => {
    try {
      const value: unknown = await ours[name]?.(...([argument] as never));
      if (id !== undefined) send({ answer: id, value });
    } catch (error) {
      if (id === undefined) throw error;
      send({ answer: id, fault: (error as Error).message });
    }
  };

  wire.listen((heard) => {
    if (!isOurs(heard)) return;
    const message = heard.ambit;
    if ('call' in message) {
      void answer(message.call, message.argument, message.id);
      return;
    }
    const asked = waiting.get(message.answer);
    waiting.delete(message.answer);
    if ('fault' in message) asked?.reject(new Error(message.fault));
    else asked?.resolve(message.value);
  });

  return {
    ask(name, ...[argument]) {
      const asked = Promise.withResolvers<unknown>();
      if (ended) {
        asked.reject(new Error('the process has ended'));
      } else {
        newest += 1;
        waiting.set(newest, asked);
        send({ call: name, argument, id: newest });
      }
      return asked.promise as never;
    },
    tell(name, ...[argument]) {
      send({ call: name, argument });
    },
    end() {
      ended = true;
      for (const { reject } of waiting.values()) reject(new Error('the process has ended'));
      waiting.clear();
    },
  };
}
