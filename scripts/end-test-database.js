/** After the tests: ends what keeps their PostgreSQL, waits until its data are gone, and fails where a test left some behind. */
export default async function endTestDatabase() {
  const keeper = globalThis.testDatabaseKeeper;
  if (!keeper) return;
  const ended = new Promise((resolve) => keeper.once('close', resolve));
  keeper.stdin.end();
  if ((await ended) !== 0) throw new Error('the PostgreSQL of the tests did not end as it should');
}
