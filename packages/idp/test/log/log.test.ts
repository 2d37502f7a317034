import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createLog } from '../../src/log/log.ts';

function capture(level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  return { log: createLog(level, stream), lines };
}

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
const SECRET = `ambit_${'x'.repeat(43)}abc123`;

describe('the log', () => {
  test('writes one JSON object a line, with the message as `msg`', () => {
    const { log, lines } = capture();
    log.info('listening', { url: 'http://127.0.0.1:1' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      msg: 'listening',
      url: 'http://127.0.0.1:1',
    });
  });

  test('leaves out what is below its level', () => {
    const { log, lines } = capture();
    log.debug('request');
    expect(lines).toEqual([]);
  });

  test.each([
    ['a secret field', { client_secret: 'hunter2' }, 'hunter2'],
    ['an authorization header', { headers: { authorization: 'Basic Zm9v' } }, 'Zm9v'],
    ['a token by its shape', { note: `got ${JWT}` }, 'c2lnbmF0dXJl'],
    ['a secret by its shape', { note: [SECRET] }, 'x'.repeat(43)],
    ['the private part of a key', { jwk: { d: 'private' } }, 'private'],
    ['a token in an error', { error: new Error(`bad ${JWT}`) }, 'c2lnbmF0dXJl'],
  ])('never writes %s', (_what, fields, marker) => {
    const { log, lines } = capture();
    log.error('failed', fields);
    expect(lines.join()).toContain('[redacted]');
    expect(lines.join()).not.toContain(marker);
  });

  test('never writes a token in the message itself', () => {
    const { log, lines } = capture();
    log.error(`failed on ${JWT}`);
    expect(lines.join()).not.toContain('c2lnbmF0dXJl');
  });

  test('an error keeps its code and message', () => {
    const { log, lines } = capture();
    log.error('failed', { error: Object.assign(new Error('no space'), { code: 'SQLITE_FULL' }) });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { code: 'SQLITE_FULL', message: 'no space' },
    });
  });
});
