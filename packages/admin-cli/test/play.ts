import { readFileSync } from 'node:fs';
import { startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import type { SeenRequest, StubIssuer, StubReply } from '../../sdk/test/stub-issuer.ts';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';
import { requestFaults } from './contract.ts';
import type { Scene } from './transcript.ts';
import { ISSUER, NOW, WORLD } from './world.ts';

/** What became of one command. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** What it asked of the admin API, reads left out. */
  readonly requests: readonly string[];
  /** In what any of its requests would not pass the real admin API. */
  readonly faults: readonly string[];
}

const ADMIN_JSON = JSON.stringify({
  url: ISSUER,
  client_id: 'ops',
  client_secret: 'ops-secret',
});

/** A machine with one server and a few files, on which the commands of one transcript are run. */
export interface Stage {
  play(scene: Scene): Promise<Outcome>;
  /** Lets the server answer otherwise from now on. */
  reply(route: string, reply: StubReply): void;
  putFile(path: string, mode: number, text: string): void;
  /** How often the server was asked anything that needs credentials. */
  contacts(): number;
  stop(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const routes: Record<string, StubReply | ((request: SeenRequest) => StubReply)> = {
    ...WORLD.routes,
  };
  const issuer = await startStubIssuer({ ...WORLD, routes });
  const files = new Map([['./.ambit/admin.json', { mode: 0o600, text: ADMIN_JSON }]]);
  return {
    reply: (route, reply) => {
      routes[route] = reply;
    },
    putFile: (path, mode, text) => files.set(path, { mode, text }),
    play: (scene) => playOn(issuer, files, scene),
    contacts: () => issuer.requests.length + issuer.tokenRequests.length,
    stop: () => issuer.stop(),
  };
}

type Files = Map<string, { readonly mode: number; readonly text: string }>;

async function playOn(issuer: StubIssuer, files: Files, scene: Scene): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const seen = issuer.requests.length;
  const stop = new AbortController();
  const read = (path: string): string => {
    const file = files.get(path);
    return file?.text ?? readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8');
  };
  if (scene.words[0] === 'cat') {
    return { stdout: read(scene.words[1] ?? ''), stderr, exit: 0, requests: [], faults: [] };
  }
  const terminal = scene.answer !== undefined;
  const io: Io = {
    stdout: (text) => (stdout += text),
    drained: () => Promise.resolve(),
    stderr: (text) => (stderr += text),
    stdin: () => Promise.resolve(scene.stdin),
    ask: (question) => {
      stderr += `${question}${scene.answer ?? ''}\n`;
      return Promise.resolve(scene.answer ?? '');
    },
    isTerminal: { stdin: terminal, stdout: terminal, stderr: terminal },
    env: scene.env,
    home: '/home/ops',
    fetch: (url, init) => fetch(String(url).replace(ISSUER, issuer.url), init),
    now: () => NOW,
    onStop: () => stop.signal,
    wait: () => {
      if (issuer.requests.length - seen >= 2) stop.abort(); // one look after the first is enough
      return Promise.resolve();
    },
    readFile: (path) => Promise.resolve().then(() => read(path)),
    writeFile: (path, text) => {
      files.set(path, { mode: 0o644, text });
      return Promise.resolve();
    },
    fileMode: (path) => Promise.resolve(files.get(path)?.mode),
  };
  const exit = await run(scene.words.slice(1), io);
  const asked = issuer.requests.slice(seen);
  const requests = asked.filter(({ method }) => method !== 'GET').map(writeRequest);
  return { stdout, stderr, exit, requests, faults: asked.flatMap(requestFaults) };
}

const writeRequest = ({ method, path, body, ifMatch }: SeenRequest): string =>
  [
    method,
    path,
    ifMatch === undefined ? [] : `if-match ${ifMatch}`,
    body === undefined ? [] : JSON.stringify(body, shorten),
  ]
    .flat()
    .join(' ');

/** The text of a catalog as its number of lines. */
const shorten = (key: string, value: unknown): unknown =>
  key === 'source' ? `(${String(String(value).split('\n').length - 1)} lines)` : value;
