/** Ambit as it would be if it wrote no audit records, to tell what they cost. It exists for the benchmark alone. */
import { compose } from '../../packages/idp/src/compose/compose.ts';
import { loadConfig } from '../../packages/idp/src/config/load-config.ts';
import { openHouse } from '../../packages/idp/src/commands/open-house.ts';
import { createLog } from '../../packages/idp/src/log/log.ts';
import type { Storage } from '../../packages/idp/src/storage.ts';
import { bind } from '../../packages/idp/src/web/listener.ts';
import { announce } from './settings-and-announcement.ts';

const config = loadConfig(process.env);
if (!config.ok) throw new Error(JSON.stringify(config.error));
const bound = await bind(config.value.listen);
if (!bound.ok) throw new Error(bound.error.code);
const issuer = `http://localhost:${String(bound.value.port)}`;
const { store, vault } = await openHouse(config.value, { migrate: false }, Date.now);

const withoutRecords = (storage: Storage): Storage => ({
  ...storage,
  read: { ...storage.read, audit: { ...storage.read.audit, append: () => Promise.resolve() } },
});
const ambit = await compose({
  config: config.value,
  issuer,
  storage: withoutRecords(store.storage),
  examiner: store.examiner,
  vault,
  log: createLog('info', process.stdout),
  clock: Date.now,
});
const listener = bound.value.serve(ambit.app);
process.once('SIGTERM', () => {
  void listener.close(0).then(() => store.close());
});
announce(issuer);
