import { decodeJwt } from 'jose';
import { jtiOf, layOutChain } from '../test/support/exchange-chain.ts';
import { startServer } from '../test/support/server.ts';

/**
 * Shows delegation on the example catalog: a customer's checkout in four exchanges, each token's claims and what its
 * resource server is told of it, before and after tokens of the chain are revoked. Leaves nothing behind.
 */
const write = (text: string): void => void process.stdout.write(`${text}\n`);
const server = await startServer({ args: ['--demo'] });
try {
  const chain = await layOutChain(server);
  const tell = async (tokens: readonly string[]): Promise<void> => {
    for (const answer of await chain.introspect(tokens)) {
      const { active, scope, act } = answer;
      write(`  introspected: ${JSON.stringify({ active, scope, act })}`);
    }
  };

  const tokens = await chain.run();
  for (const [index, token] of tokens.entries()) {
    write(`token ${index + 1}: ${JSON.stringify(decodeJwt(token), null, 2)}`);
  }
  await tell(tokens);

  const [root = '', , middle = ''] = tokens;
  write(`\nambit token trace ${jtiOf(root)}`);
  write((await server.ambit(['token', 'trace', jtiOf(root)])).stdout);

  write('the third token is revoked:');
  await server.json(['token', 'revoke', jtiOf(middle), '--yes']);
  await tell(tokens);
  write('\nthe root is revoked:');
  await server.json(['token', 'revoke', jtiOf(root), '--yes']);
  await tell(tokens);
} finally {
  await server.remove();
}
