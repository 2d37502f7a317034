/** After the tests: ends what keeps their PostgreSQL, and waits until its data are gone. */
export default async function endTestDatabase() {
  const keeper = globalThis.testDatabaseKeeper;
  if (!keeper) return;
  const ended = new Promise((resolve) => keeper.once('close', resolve));
  keeper.stdin.end();
  await ended;
}
