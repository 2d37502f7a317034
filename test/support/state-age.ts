import type { TestServer } from './server.ts';

/** How old a server says at its management listener that the state at hand may be, in seconds; undefined where it says nothing. */
export async function stateAge(server: TestServer): Promise<number | undefined> {
  const port = /"management_port":(\d+)/.exec(server.output().stdout)?.[1] ?? '';
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const [, age] = /^ambit_state_age_seconds ([\d.e-]+)$/m.exec(text) ?? [];
  return age === undefined ? undefined : Number(age);
}
