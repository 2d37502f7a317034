/** A bare `node:http` server that reads the request and answers bytes it was given: what HTTP alone costs. */
import { createServer } from 'node:http';
import type { BareSettings } from './bare-answer.ts';
import { announce, listen, readSettings } from './settings-and-announcement.ts';

const answers = new Map(Object.entries(await readSettings<BareSettings>()));

const server = createServer((request, response) => {
  const answer = answers.get(request.url ?? '');
  request.on('data', () => undefined);
  request.on('end', () => {
    if (answer) response.writeHead(200, answer.headers).end(answer.body);
    else response.writeHead(404).end();
  });
});

announce(await listen(server));
