import { runLoad } from '../load/http-load.ts';
import { TOKEN_MARK } from './token-requests.ts';

/** Gets a number of different tokens by the same request. */
export async function collectTokens(
  port: number,
  request: Buffer,
  count: number,
): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    await runLoad({
      port,
      connections: 16,
      durationMs: 500,
      next: () => request,
      mark: TOKEN_MARK,
      onAnswer(answer) {
        const token = /"access_token":"([^"]+)"/.exec(answer.toString('latin1'))?.[1];
        if (token !== undefined) tokens.push(token);
      },
    });
  }
  return tokens.slice(0, count);
}
